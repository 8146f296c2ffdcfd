package dev.attachgateway.upstream;

import dev.attachgateway.upstream.credential.CloudCredential;
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.Refused;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.Deadline;
import dev.attachgateway.upstream.http.UpstreamConfig;
import dev.attachgateway.upstream.resilience.CloudGuards;
import dev.attachgateway.upstream.resilience.CredentialLockouts;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One IAM token for each project, fetched once for all who wait for it and again before it expires. A request that IAM
 * refused is not repeated for a while.
 */
@ApplicationScoped
class IamTokenCache {
    private static final Duration REFUSAL_LASTS = Duration.ofMinutes(1);

    private final CloudGuards guards;
    private final CredentialLockouts lockouts;
    private final CloudCredentials credentials;
    private final Duration pause;
    private final String url;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private volatile int edition;

    IamTokenCache(
            CloudGuards guards, CredentialLockouts lockouts, CloudCredentials credentials, UpstreamConfig config) {
        this.guards = guards;
        this.lockouts = lockouts;
        this.credentials = credentials;
        this.pause = config.tokenRenewalMinInterval();
        this.url = config.iam().url() + "/v3/auth/tokens?nocatalog=1";
    }

    /** Whose token it is; a token that is refused says nothing against the user's password. */
    record Scope(CloudCredential.IamUser user, String projectId) {}

    /**
     * The project's token.
     *
     * @return fails as what the lack of a token means for the call that was to carry it: it never left
     */
    Uni<String> of(String projectId, CloudCredential.IamUser user) {
        if (edition != credentials.edition()) {
            edition = credentials.edition();
            held.clear();
        }
        return held.compute(
                        projectId,
                        (id, before) -> before != null && before.servesStill(user) ? before : fetch(id, user, false))
                .token();
    }

    /**
     * The cloud says that this token "must be updated": the next call fetches another.
     *
     * @return false when this one was fetched for that reason a moment ago, so that another would be no better
     */
    boolean renew(String projectId, String token) {
        var now = held.compute(projectId, (id, before) -> {
            if (before == null || !token.equals(before.value)) {
                return before;
            }
            return before.renewed && !before.isOlderThan(pause) ? before : fetch(id, before.user, true);
        });
        return now == null || !token.equals(now.value);
    }

    /** The cloud refuses this token: the next call, if there may be one, fetches another. */
    void drop(String projectId, String token) {
        held.computeIfPresent(projectId, (id, before) -> token.equals(before.value) ? null : before);
    }

    private Held fetch(String projectId, CloudCredential.IamUser user, boolean renewed) {
        var fresh = new Held(user, renewed);
        fresh.token = guards.call(new CloudGuards.Call<>(
                        CloudService.IAM,
                        projectId,
                        lockouts.of(user),
                        Deadline.none(),
                        true,
                        httpTransport -> httpTransport.exchange(
                                HttpMethod.POST,
                                url,
                                Map.of("Content-Type", "application/json", "Accept", "application/json"),
                                IamTokenRequest.body(projectId, user),
                                Deadline.none()),
                        IamTokenRequest::issued))
                .invoke(fresh::arrived)
                .onFailure()
                .invoke(failure -> failed(projectId, fresh, failure))
                .onFailure(CloudCallException.class)
                .transform(IamTokenCache::meaning)
                .map(IamTokenRequest.Issued::token)
                .memoize()
                .indefinitely();
        return fresh;
    }

    private void failed(String projectId, Held fresh, Throwable failure) {
        if (failure instanceof Refused) {
            fresh.until = Deadline.after(System.nanoTime(), REFUSAL_LASTS);
        } else {
            held.remove(projectId, fresh);
        }
    }

    /** A token whose fetching is of unknown outcome is no reason to doubt the call that was to carry it. */
    private static Throwable meaning(Throwable failure) {
        return switch (failure) {
            case Refused refused -> refused.aboutCredential();
            case CloudCallException.Unsettled lost ->
                new NotStarted(
                        NotStarted.Why.CREDENTIAL_SERVICE, "IAM gave no token: " + lost.getMessage(), null, lost);
            default -> failure;
        };
    }

    /** A token that is held, or is on its way. */
    private static final class Held {
        private final CloudCredential.IamUser user;
        private final boolean renewed;
        private final long bornAt = System.nanoTime();
        private Uni<String> token = Uni.createFrom().failure(new IllegalStateException("not asked for yet"));
        private volatile Deadline until = Deadline.none();
        private volatile @Nullable String value;

        Held(CloudCredential.IamUser user, boolean renewed) {
            this.user = user;
            this.renewed = renewed;
        }

        boolean servesStill(CloudCredential.IamUser wanted) {
            return user.equals(wanted) && !until.isOver();
        }

        boolean isOlderThan(Duration span) {
            return System.nanoTime() - bornAt > span.toNanos();
        }

        Uni<String> token() {
            return token;
        }

        void arrived(IamTokenRequest.Issued issued) {
            value = issued.token();
            until = Deadline.after(System.nanoTime(), issued.serves());
        }
    }
}
