package dev.attachgateway.upstream;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.upstream.credential.CloudCredential;
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Why;
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

/** Calls in the name of a project: signed with its access key, or with its token and once more when that is stale. */
@ApplicationScoped
class CloudClient {
    private final CloudCredentials credentials;
    private final CredentialLockouts lockouts;
    private final IamTokenCache iamTokenCache;
    private final CloudGuards guards;
    private final CloudClock clock;

    CloudClient(
            CloudCredentials credentials,
            CredentialLockouts lockouts,
            IamTokenCache iamTokenCache,
            CloudGuards guards,
            CloudClock clock) {
        this.credentials = credentials;
        this.lockouts = lockouts;
        this.iamTokenCache = iamTokenCache;
        this.guards = guards;
        this.clock = clock;
    }

    /** A read; the answer is a success. */
    Uni<CloudResponse> read(CloudService service, String projectId, String url) {
        var request = CloudRequest.read(service, projectId, url);
        return credential(projectId).flatMap(credential -> {
            var key = credential.key();
            return credential.user() == null && key != null
                    ? readSigned(request, key)
                    : withToken(request, Objects.requireNonNull(credential.user()), true);
        });
    }

    /** A write, signed where the credential can. The answer is a success. */
    Uni<CloudResponse> write(
            CloudService service,
            String projectId,
            HttpMethod method,
            String url,
            @Nullable Buffer body,
            SendOptions send) {
        var request = new CloudRequest(service, projectId, method, url, body, send.before());
        return credential(projectId).flatMap(credential -> {
            if (credential.signsWrites() != send.signed()) {
                throw new NotStarted(
                        Why.CREDENTIAL,
                        "the credential of the project is not of the sort that it was when the write was decided",
                        null,
                        null);
            }
            var key = credential.key();
            if (key == null) {
                return withToken(request, Objects.requireNonNull(credential.user()), false);
            }
            // Once and for all: repetitions carry the same date, or they would outlive the intent.
            var headers = request.signedWith(key, clock.shownBy(service, send.date()));
            return call(request, key, false, httpTransport -> request.over(httpTransport, headers));
        });
    }

    private Uni<CloudCredential> credential(String projectId) {
        return credentials
                .of(projectId)
                .map(credential -> credential.orElseThrow(() -> new MissingCredentialException(projectId)));
    }

    /** Dated anew for each repetition; and once more when a refusal has shown that the cloud's clock is another. */
    private Uni<CloudResponse> readSigned(CloudRequest request, Signer key) {
        return Uni.createFrom().deferred(() -> {
            var offset = clock.offset(request.service());
            return readDated(request, key)
                    .onFailure(failure -> failure instanceof CloudCallException.Refused refused
                            && refused.isAboutCredential()
                            && !clock.offset(request.service()).equals(offset))
                    .recoverWithUni(() -> readDated(request, key));
        });
    }

    private Uni<CloudResponse> readDated(CloudRequest request, Signer key) {
        return call(
                request,
                key,
                true,
                httpTransport -> clock.now()
                        .onFailure()
                        .transform(failure ->
                                new NotStarted(Why.CREDENTIAL, "there is no clock to date the call by", null, failure))
                        .map(now -> request.signedWith(key, clock.shownBy(request.service(), now)))
                        .flatMap(headers -> request.over(httpTransport, headers)));
    }

    private Uni<CloudResponse> withToken(CloudRequest request, CloudCredential.IamUser user, boolean read) {
        return iamTokenCache
                .of(request.projectId(), user)
                .flatMap(token -> carrying(token, request, user, read)
                        .onFailure(failure -> failure instanceof NotStarted notStarted
                                && notStarted.why() == Why.TOKEN_STALE
                                && iamTokenCache.renew(request.projectId(), token))
                        .recoverWithUni(() -> iamTokenCache
                                .of(request.projectId(), user)
                                .flatMap(fresh -> carrying(fresh, request, user, read))));
    }

    private Uni<CloudResponse> carrying(
            String token, CloudRequest request, CloudCredential.IamUser user, boolean read) {
        var headers = request.withToken(token);
        return call(
                request,
                new IamTokenCache.Scope(user, request.projectId()),
                read,
                httpTransport -> request.over(httpTransport, headers).invoke(cloudResponse -> {
                    if (FailureClassifier.isBadCredential(cloudResponse)) {
                        iamTokenCache.drop(request.projectId(), token);
                    }
                }));
    }

    private Uni<CloudResponse> call(
            CloudRequest request,
            Object credential,
            boolean read,
            Function<HttpTransport, Uni<CloudResponse>> exchange) {
        return guards.call(new CloudGuards.Call<>(
                request.service(),
                request.projectId(),
                lockouts.of(credential),
                request.before(),
                read,
                exchange,
                cloudResponse -> success(request.service(), cloudResponse)));
    }

    private static CloudResponse success(CloudService service, CloudResponse cloudResponse) {
        if (!cloudResponse.isSuccess() || !cloudResponse.body().isObject()) {
            throw service.failure(cloudResponse);
        }
        return cloudResponse;
    }
}
