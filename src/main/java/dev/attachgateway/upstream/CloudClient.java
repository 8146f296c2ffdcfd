package dev.attachgateway.upstream;

import dev.attachgateway.database.DatabaseClock;
import dev.attachgateway.signature.Signer;
import dev.attachgateway.upstream.credential.CloudCredential;
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Reason;
import dev.attachgateway.upstream.http.CloudClock;
import dev.attachgateway.upstream.http.CloudRequest;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.FailureClassifier;
import dev.attachgateway.upstream.http.HttpTransport;
import dev.attachgateway.upstream.resilience.CloudGuards;
import dev.attachgateway.upstream.resilience.CredentialLockouts;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls the cloud with the credential of a project: signed with its access key, or with its IAM token. A call whose
 * token is stale is sent once more with a new token.
 */
@ApplicationScoped
class CloudClient {
    private final CloudCredentials credentials;
    private final CredentialLockouts lockouts;
    private final IamTokenCache iamTokenCache;
    private final CloudGuards guards;
    private final CloudClock clock;
    private final DatabaseClock databaseClock;

    CloudClient(
            CloudCredentials credentials,
            CredentialLockouts lockouts,
            IamTokenCache iamTokenCache,
            CloudGuards guards,
            CloudClock clock,
            DatabaseClock databaseClock) {
        this.credentials = credentials;
        this.lockouts = lockouts;
        this.iamTokenCache = iamTokenCache;
        this.guards = guards;
        this.clock = clock;
        this.databaseClock = databaseClock;
    }

    /** Reads; fails with a {@link CloudCallException} when the response is not a success. */
    Uni<CloudResponse> read(CloudService service, String projectId, String url) {
        var request = CloudRequest.get(service, projectId, url);
        return requireCredential(projectId).flatMap(credential -> {
            var key = credential.key();
            return credential.user() == null && key != null
                    ? readSigned(request, key)
                    : callWithToken(request, Objects.requireNonNull(credential.user()), true);
        });
    }

    /**
     * Writes, signed if the credential has an access key; fails with a {@link CloudCallException} like {@link #read}.
     */
    Uni<CloudResponse> write(
            CloudService service,
            String projectId,
            HttpMethod method,
            String url,
            @Nullable Buffer body,
            SendOptions sendOptions) {
        var request = new CloudRequest(service, projectId, method, url, body, sendOptions.sendDeadline());
        return requireCredential(projectId).flatMap(credential -> {
            if (credential.signsWrites() != sendOptions.signed()) {
                throw new NotStarted(
                        Reason.CREDENTIAL,
                        "the type of the project's credential has changed since the write was decided",
                        null,
                        null);
            }
            var key = credential.key();
            if (key == null) {
                return callWithToken(request, Objects.requireNonNull(credential.user()), false);
            }
            // Signed once: retries carry the same date, or they would be valid for longer than the intent.
            var headers = request.signedHeaders(key, clock.toServiceTime(service, sendOptions.signatureDate()));
            return call(request, key, false, httpTransport -> request.send(httpTransport, headers));
        });
    }

    private Uni<CloudCredential> requireCredential(String projectId) {
        return credentials
                .find(projectId)
                .map(credential -> credential.orElseThrow(() -> new MissingCredentialException(projectId)));
    }

    /**
     * Signs each retry with a new date, and retries once when the date of a refusal contradicts the date of the signature.
     */
    private Uni<CloudResponse> readSigned(CloudRequest request, Signer key) {
        return Uni.createFrom().deferred(() -> {
            var offset = clock.offsetOfRead(request.service());
            return sendSignedRead(request, key)
                    .onFailure(failure -> failure instanceof CloudCallException.Refused refused
                            && refused.isAboutCredential()
                            && !clock.offsetOfRead(request.service()).equals(offset))
                    .recoverWithUni(() -> sendSignedRead(request, key));
        });
    }

    private Uni<CloudResponse> sendSignedRead(CloudRequest request, Signer key) {
        return call(
                request,
                key,
                true,
                httpTransport -> databaseClock
                        .now()
                        .onFailure()
                        .transform(failure -> new NotStarted(
                                Reason.CREDENTIAL,
                                "the call cannot be signed: the database's clock cannot be read",
                                null,
                                failure))
                        .map(now -> request.signedHeaders(key, now.plus(clock.offsetOfRead(request.service()))))
                        .flatMap(headers -> request.send(httpTransport, headers)));
    }

    private Uni<CloudResponse> callWithToken(CloudRequest request, CloudCredential.IamUser user, boolean read) {
        return iamTokenCache
                .get(request.projectId(), user)
                .flatMap(token -> sendWithToken(token, request, user, read)
                        .onFailure(failure -> failure instanceof NotStarted notStarted
                                && notStarted.reason() == Reason.TOKEN_STALE
                                && iamTokenCache.renewStale(request.projectId(), token))
                        .recoverWithUni(() -> iamTokenCache
                                .get(request.projectId(), user)
                                .flatMap(newToken -> sendWithToken(newToken, request, user, read))));
    }

    private Uni<CloudResponse> sendWithToken(
            String token, CloudRequest request, CloudCredential.IamUser user, boolean read) {
        var headers = request.tokenHeaders(token);
        return call(
                request,
                new IamTokenCache.TokenKey(user, request.projectId()),
                read,
                httpTransport -> request.send(httpTransport, headers).invoke(cloudResponse -> {
                    if (FailureClassifier.isCredentialRefused(cloudResponse)) {
                        iamTokenCache.invalidate(request.projectId(), token);
                    }
                }));
    }

    private Uni<CloudResponse> call(
            CloudRequest request,
            Object credential,
            boolean read,
            Function<HttpTransport, Uni<CloudResponse>> exchange) {
        return guards.call(new CloudGuards.GuardedCall<>(
                request.service(),
                request.projectId(),
                lockouts.forCredential(credential),
                request.sendDeadline(),
                read,
                exchange,
                cloudResponse -> requireSuccess(request.service(), read, cloudResponse)));
    }

    private static CloudResponse requireSuccess(CloudService service, boolean read, CloudResponse cloudResponse) {
        if (!cloudResponse.isSuccess() || !cloudResponse.body().isObject()) {
            throw service.toException(cloudResponse, read);
        }
        return cloudResponse;
    }
}
