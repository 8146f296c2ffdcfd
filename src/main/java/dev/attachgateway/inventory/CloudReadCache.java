package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.upstream.CloudDocument;
import dev.attachgateway.upstream.EvsClient;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * Caches reads of the cloud for seconds: equal reads at the same time, or soon after, share one call. The cache holds the
 * cloud's responses unredacted; the read scope is applied to each response anew. The checks of an attach bypass the cache.
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
        // An entry weighs at least its share, so that a single bound limits both bytes and entries.
        var share = (int) Math.max(1, config.cacheMaxBytes() / config.cacheMaxEntries());
        this.cache = Caffeine.newBuilder()
                .maximumWeight(config.cacheMaxBytes())
                .weigher((CloudQuery cloudQuery, CloudDocument document) -> Math.max(share, document.bodyLength()))
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
     * The response of the cloud, not older than the cache TTL; it must not be modified. Fails with a {@link
     * ProblemException}.
     */
    Uni<ObjectNode> read(CloudQuery cloudQuery) {
        // A copy, so that a cancelled request does not cancel the call for the others.
        return Uni.createFrom()
                .completionStage(() -> cache.get(
                                cloudQuery, (key, executor) -> callCloud(key).subscribeAsCompletionStage())
                        .copy())
                .onFailure()
                .transform(failure -> mapFailure(cloudQuery, failure))
                .map(CloudDocument::body);
    }

    /** Fails after the configured timeout; the calls to the cloud continue, and their responses are cached. */
    <T> Uni<T> withTimeout(Uni<T> result) {
        return result.ifNoItem()
                .after(config.timeout())
                .failWith(() -> unavailable("The cloud did not respond in time."));
    }

    private Uni<CloudDocument> callCloud(CloudQuery cloudQuery) {
        return switch (cloudQuery) {
            case CloudQuery.ServerById(var project, var id) -> modelArtsClient.serverDocument(project, id);
            case CloudQuery.ServerPage(var project, var query) -> modelArtsClient.serverPage(project, query);
            case CloudQuery.DiskById(var project, var id) -> evs.diskDocument(project, id);
            case CloudQuery.DiskPage(var project, var query) -> evs.diskPage(project, query);
        };
    }

    private Throwable mapFailure(CloudQuery cloudQuery, Throwable failure) {
        var cause = failure.getCause();
        if (failure instanceof CompletionException && cause != null) {
            return mapFailure(cloudQuery, cause);
        }
        return switch (failure) {
            case CloudCallException.Refused refused
            when refused.isNotFound() && cloudQuery.notFoundType() != ProblemType.CLOUD_REFUSED ->
                refused(cloudQuery.notFoundType(), refused, "The cloud has none with this id in this project.");
            case CloudCallException.Refused refused
            when refused.isAboutCredential() -> {
                // The cloud's message names the key or the user, which only the operator may see.
                LOG.errorf("cloud refused the credential code=%s message=%s", refused.code(), refused.getMessage());
                yield refused(ProblemType.CLOUD_CREDENTIAL, refused, "The cloud refused the gateway's own credential.");
            }
            case CloudCallException.Refused refused ->
                refused(ProblemType.CLOUD_REFUSED, refused, String.valueOf(refused.getMessage()));
            case CloudCallException failed -> {
                LOG.debugf("the cloud could not be read: %s", failed.getMessage());
                yield unavailable(
                        guards.remainingOpenTime().isPresent()
                                ? "Calls to the cloud are paused, because it does not respond or an operator stopped them."
                                : "The cloud could not be read.");
            }
            default -> failure;
        };
    }

    private static ProblemException refused(ProblemType type, CloudCallException.Refused refusal, String detail) {
        return new ProblemException(ProblemBuilder.of(type, detail).withCode(refusal.codeOrDefault(type.code())));
    }

    private ProblemException unavailable(String detail) {
        var problem = ProblemBuilder.of(ProblemType.INVENTORY_UNAVAILABLE, detail);
        return new ProblemException(
                guards.remainingOpenTime().map(problem::withRetryAfter).orElse(problem));
    }
}
