package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.attachgateway.inventory.InventoryReadException.Reason;
import dev.attachgateway.upstream.CloudDocument;
import dev.attachgateway.upstream.EvsClient;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * Reads of the cloud, remembered for seconds: those who ask for the same at once, or soon after, share one call. What is
 * remembered is what the cloud said; what of it somebody may see is decided for each answer anew. The checks of an attach
 * read the cloud themselves.
 */
@Startup
@ApplicationScoped
class CloudReadCache {
    private static final Logger LOG = Logger.getLogger(CloudReadCache.class);

    private final ModelArtsClient modelArtsClient;
    private final EvsClient evs;
    private final CloudGuards guards;
    private final InventoryConfig config;
    private final AsyncCache<CloudQuery, CloudDocument> cache;

    CloudReadCache(ModelArtsClient modelArtsClient, EvsClient evs, CloudGuards guards, InventoryConfig config) {
        this.modelArtsClient = modelArtsClient;
        this.evs = evs;
        this.guards = guards;
        this.config = config;
        validateConfig(config);
        // Each entry weighs its share at least, so that the one bound holds for bytes and for entries.
        var share = (int) Math.max(1, config.cacheMaxBytes() / config.cacheMaxEntries());
        this.cache = Caffeine.newBuilder()
                .maximumWeight(config.cacheMaxBytes())
                .weigher((CloudQuery cloudQuery, CloudDocument document) -> Math.max(share, document.bytes()))
                .expireAfterWrite(config.cacheTtl())
                .executor(Runnable::run)
                .buildAsync();
    }

    static void validateConfig(InventoryConfig config) {
        if (config.cacheTtl().isNegative()
                || !config.timeout().isPositive()
                || config.maxScan() < 1
                || config.cacheMaxEntries() < 1
                || config.cacheMaxBytes() < 1) {
            throw new ConfigurationException(
                    "inventory.cache-ttl must not be negative, inventory.timeout must be positive, and inventory.max-scan,"
                            + " inventory.cache-max-entries and inventory.cache-max-bytes must be at least 1.");
        }
    }

    /**
     * What the cloud shows, at most so old as is allowed; nobody changes it. Fails with {@link InventoryReadException} or {@link
     * MissingCredentialException}.
     */
    Uni<ObjectNode> read(CloudQuery cloudQuery) {
        // A copy, so that one who hangs up takes nothing away from the others.
        return Uni.createFrom()
                .completionStage(() -> cache.get(
                                cloudQuery, (key, executor) -> callCloud(key).subscribeAsCompletionStage())
                        .copy())
                .onFailure()
                .transform(failure -> mapFailure(cloudQuery, failure))
                .map(CloudDocument::body);
    }

    /** The same answer while its caller waits; what was asked for comes all the same, and is remembered. */
    <T> Uni<T> withTimeout(Uni<T> answer) {
        return answer.ifNoItem()
                .after(config.timeout())
                .failWith(() -> unavailable("The cloud did not answer in time."));
    }

    private Uni<CloudDocument> callCloud(CloudQuery cloudQuery) {
        return switch (cloudQuery) {
            case CloudQuery.ServerById(var project, var id) -> modelArtsClient.shown(project, id);
            case CloudQuery.ServerPage(var project, var query) -> modelArtsClient.listed(project, query);
            case CloudQuery.DiskById(var project, var id) -> evs.shown(project, id);
            case CloudQuery.DiskPage(var project, var query) -> evs.listed(project, query);
        };
    }

    private Throwable mapFailure(CloudQuery cloudQuery, Throwable failure) {
        var cause = failure.getCause();
        if (failure instanceof CompletionException && cause != null) {
            return mapFailure(cloudQuery, cause);
        }
        return switch (failure) {
            case CloudCallException.Refused refused
            when refused.isNotFound() && cloudQuery.notFoundReason() != Reason.REQUEST_REFUSED ->
                new InventoryReadException(
                        cloudQuery.notFoundReason(),
                        refused.code(),
                        "The cloud knows none by this id in this project.");
            case CloudCallException.Refused refused
            when refused.isAboutCredential() -> {
                // The cloud's own words name the key or the user, which is the operator's business.
                LOG.errorf("cloud refused the credential code=%s message=%s", refused.code(), refused.getMessage());
                yield new InventoryReadException(
                        Reason.CREDENTIAL_REFUSED, refused.code(), "The cloud refused the gateway's own credential.");
            }
            case CloudCallException.Refused refused ->
                new InventoryReadException(
                        Reason.REQUEST_REFUSED, refused.code(), String.valueOf(refused.getMessage()));
            case CloudCallException ill -> {
                LOG.debugf("the cloud could not be read: %s", ill.getMessage());
                yield unavailable(
                        guards.closedFor().isPresent()
                                ? "Calls to the cloud are paused, because it does not answer or an operator stopped them."
                                : "The cloud could not be read.");
            }
            default -> failure;
        };
    }

    private InventoryReadException unavailable(String sentence) {
        return new InventoryReadException(Reason.UNAVAILABLE, null, sentence, guards.closedFor());
    }
}
