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
 * Caches one IAM token per project. Concurrent callers share one fetch, and a token is replaced before it expires. A
 * refusal by IAM is cached for {@link #REFUSAL_CACHE_TTL}.
 */
@ApplicationScoped
class IamTokenCache {
    private static final Duration REFUSAL_CACHE_TTL = Duration.ofMinutes(1);

    private final CloudGuards guards;
    private final CredentialLockouts lockouts;
    private final CloudCredentials credentials;
    private final Duration minRenewalInterval;
    private final String url;
    private final Map<String, CachedToken> byProject = new ConcurrentHashMap<>();
    private volatile int credentialsVersion;

    IamTokenCache(
            CloudGuards guards, CredentialLockouts lockouts, CloudCredentials credentials, UpstreamConfig config) {
        this.guards = guards;
        this.lockouts = lockouts;
        this.credentials = credentials;
        this.minRenewalInterval = config.tokenRenewalMinInterval();
        this.url = config.iam().url() + "/v3/auth/tokens?nocatalog=1";
    }

    /**
     * The lockout key of a token; separate from the user's own, because a refused token does not mean a wrong password.
     */
    record TokenKey(CloudCredential.IamUser user, String projectId) {}

    /**
     * The project's token, from the cache or from IAM.
     *
     * @return fails with the failure of the call that needed the token: without a token it was not sent
     */
    Uni<String> get(String projectId, CloudCredential.IamUser user) {
        if (credentialsVersion != credentials.version()) {
            credentialsVersion = credentials.version();
            byProject.clear();
        }
        return byProject
                .compute(
                        projectId,
                        (id, cached) -> cached != null && cached.isUsableBy(user) ? cached : fetch(id, user, false))
                .token();
    }

    /**
     * Replaces a token for which the cloud demands an update ("must be updated").
     *
     * @return false if this token itself is such a replacement and younger than the minimum renewal interval
     */
    boolean renewStale(String projectId, String token) {
        var current = byProject.compute(projectId, (id, cached) -> {
            if (cached == null || !token.equals(cached.value)) {
                return cached;
            }
            return cached.isRenewal && !cached.isOlderThan(minRenewalInterval) ? cached : fetch(id, cached.user, true);
        });
        return current == null || !token.equals(current.value);
    }

    /** Removes a token that the cloud has refused; the next call fetches a new one. */
    void invalidate(String projectId, String token) {
        byProject.computeIfPresent(projectId, (_, cached) -> token.equals(cached.value) ? null : cached);
    }

    private CachedToken fetch(String projectId, CloudCredential.IamUser user, boolean isRenewal) {
        var fetched = new CachedToken(user, isRenewal);
        fetched.token = guards.call(new CloudGuards.GuardedCall<>(
                        CloudService.IAM,
                        projectId,
                        lockouts.forCredential(user),
                        Deadline.none(),
                        true,
                        httpTransport -> httpTransport.exchange(
                                HttpMethod.POST,
                                url,
                                Map.of("Content-Type", "application/json", "Accept", "application/json"),
                                IamTokenRequest.requestBody(projectId, user),
                                Deadline.none()),
                        IamTokenRequest::parseResponse))
                .invoke(fetched::onIssued)
                .onFailure()
                .invoke(failure -> onFetchFailed(projectId, fetched, failure))
                .onFailure(CloudCallException.class)
                .transform(IamTokenCache::toCallFailure)
                .map(IamTokenRequest.IssuedToken::token)
                .memoize()
                .indefinitely();
        return fetched;
    }

    private void onFetchFailed(String projectId, CachedToken fetched, Throwable failure) {
        if (failure instanceof Refused) {
            fetched.expiresAt = Deadline.after(System.nanoTime(), REFUSAL_CACHE_TTL);
        } else {
            byProject.remove(projectId, fetched);
        }
    }

    /** Even if the outcome of the token fetch is unknown, the call that needed the token certainly did not start. */
    private static Throwable toCallFailure(Throwable failure) {
        return switch (failure) {
            case Refused refused -> refused.asCredentialRefusal();
            case CloudCallException.Unsettled unsettled ->
                new NotStarted(
                        NotStarted.Reason.CREDENTIAL_SERVICE,
                        "IAM issued no token: " + unsettled.getMessage(),
                        null,
                        unsettled);
            default -> failure;
        };
    }

    /** A token that has been issued or is being fetched. */
    private static final class CachedToken {
        private final CloudCredential.IamUser user;
        private final boolean isRenewal;
        private final long createdAt = System.nanoTime();
        private Uni<String> token =
                Uni.createFrom().failure(new IllegalStateException("the token fetch has not started"));
        private volatile Deadline expiresAt = Deadline.none();
        private volatile @Nullable String value;

        CachedToken(CloudCredential.IamUser user, boolean isRenewal) {
            this.user = user;
            this.isRenewal = isRenewal;
        }

        boolean isUsableBy(CloudCredential.IamUser requester) {
            return user.equals(requester) && !expiresAt.hasPassed();
        }

        boolean isOlderThan(Duration age) {
            return System.nanoTime() - createdAt > age.toNanos();
        }

        Uni<String> token() {
            return token;
        }

        void onIssued(IamTokenRequest.IssuedToken issued) {
            value = issued.token();
            expiresAt = Deadline.after(System.nanoTime(), issued.usableFor());
        }
    }
}
