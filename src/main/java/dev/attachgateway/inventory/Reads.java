package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.attachgateway.inventory.NotShown.Why;
import dev.attachgateway.upstream.Document;
import dev.attachgateway.upstream.Evs;
import dev.attachgateway.upstream.Guards;
import dev.attachgateway.upstream.ModelArts;
import dev.attachgateway.upstream.NoCredential;
import dev.attachgateway.upstream.UpstreamFailure;
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
class Reads {
    private static final Logger LOG = Logger.getLogger(Reads.class);

    private final ModelArts modelArts;
    private final Evs evs;
    private final Guards guards;
    private final InventoryConfig config;
    private final AsyncCache<Wanted, Document> recent;

    Reads(ModelArts modelArts, Evs evs, Guards guards, InventoryConfig config) {
        this.modelArts = modelArts;
        this.evs = evs;
        this.guards = guards;
        this.config = config;
        check(config);
        // Each entry weighs its share at least, so that the one bound holds for bytes and for entries.
        var share = (int) Math.max(1, config.cacheBytes() / config.cacheEntries());
        this.recent = Caffeine.newBuilder()
                .maximumWeight(config.cacheBytes())
                .weigher((Wanted wanted, Document document) -> Math.max(share, document.bytes()))
                .expireAfterWrite(config.fresh())
                .executor(Runnable::run)
                .buildAsync();
    }

    static void check(InventoryConfig config) {
        if (config.fresh().isNegative()
                || !config.within().isPositive()
                || config.listMost() < 1
                || config.cacheEntries() < 1
                || config.cacheBytes() < 1) {
            throw new ConfigurationException(
                    "inventory: fresh has to be no less than nothing, within longer than nothing,"
                            + " and list-most, cache-entries and cache-bytes 1 at least.");
        }
    }

    /**
     * What the cloud shows, at most so old as is allowed; nobody changes it. Fails with {@link NotShown} or {@link
     * NoCredential}.
     */
    Uni<ObjectNode> read(Wanted wanted) {
        // A copy, so that one who hangs up takes nothing away from the others.
        return Uni.createFrom()
                .completionStage(() -> recent.get(wanted, (key, executor) -> ask(key).subscribeAsCompletionStage())
                        .copy())
                .onFailure()
                .transform(failure -> reason(wanted, failure))
                .map(Document::body);
    }

    /** The same answer while its caller waits; what was asked for comes all the same, and is remembered. */
    <T> Uni<T> inTime(Uni<T> answer) {
        return answer.ifNoItem()
                .after(config.within())
                .failWith(() -> unavailable("The cloud did not answer in time."));
    }

    private Uni<Document> ask(Wanted wanted) {
        return switch (wanted) {
            case Wanted.OneServer(var project, var id) -> modelArts.shown(project, id);
            case Wanted.Servers(var project, var query) -> modelArts.listed(project, query);
            case Wanted.OneDisk(var project, var id) -> evs.shown(project, id);
            case Wanted.Disks(var project, var query) -> evs.listed(project, query);
        };
    }

    private Throwable reason(Wanted wanted, Throwable failure) {
        var cause = failure.getCause();
        if (failure instanceof CompletionException && cause != null) {
            return reason(wanted, cause);
        }
        return switch (failure) {
            case UpstreamFailure.Refused refused
            when refused.isNotFound() && wanted.unknown() != Why.REFUSED ->
                new NotShown(wanted.unknown(), refused.code(), "The cloud knows none by this id in this project.");
            case UpstreamFailure.Refused refused
            when refused.isAboutCredential() -> {
                // The cloud's own words name the key or the user, which is the operator's business.
                LOG.errorf("cloud refused the credential code=%s message=%s", refused.code(), refused.getMessage());
                yield new NotShown(Why.CREDENTIAL, refused.code(), "The cloud refused the gateway's own credential.");
            }
            case UpstreamFailure.Refused refused ->
                new NotShown(Why.REFUSED, refused.code(), String.valueOf(refused.getMessage()));
            case UpstreamFailure ill -> {
                LOG.debugf("the cloud could not be read: %s", ill.getMessage());
                yield unavailable(
                        guards.closedFor().isPresent()
                                ? "Calls to the cloud are paused, because it does not answer or an operator stopped them."
                                : "The cloud could not be read.");
            }
            default -> failure;
        };
    }

    private NotShown unavailable(String sentence) {
        return new NotShown(Why.UNAVAILABLE, null, sentence, guards.closedFor());
    }
}
