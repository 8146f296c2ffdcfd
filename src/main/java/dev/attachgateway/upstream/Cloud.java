package dev.attachgateway.upstream;

import dev.attachgateway.upstream.UpstreamFailure.NotStarted;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls in the name of a project: signed with its access key, or with its token and once more when that is stale. */
@ApplicationScoped
class Cloud {
    private final Credentials credentials;
    private final Tokens tokens;
    private final Guards guards;

    Cloud(Credentials credentials, Tokens tokens, Guards guards) {
        this.credentials = credentials;
        this.tokens = tokens;
        this.guards = guards;
    }

    /**
     * One request.
     *
     * @param sendBefore no byte of it leaves after the deadline
     */
    private record Request(
            Service service,
            String projectId,
            HttpMethod method,
            String url,
            @Nullable Buffer body,
            Deadline sendBefore) {

        Uni<Answer> over(Wire wire, Map<String, String> headers) {
            return wire.exchange(method, url, headers, body, sendBefore).map(answer -> success(service, answer));
        }

        Map<String, String> headers() {
            var headers = new LinkedHashMap<String, String>();
            headers.put("X-Project-Id", projectId);
            headers.put("Accept", "application/json");
            if (body != null) {
                headers.put("Content-Type", "application/json");
            }
            return headers;
        }

        Map<String, String> withToken(String token) {
            var headers = headers();
            headers.put("X-Auth-Token", token);
            return headers;
        }

        Map<String, String> signedWith(Credential.AccessKey key) {
            var bytes = body == null ? new byte[0] : body.getBytes();
            return key.signer().sign(method.name(), URI.create(url), headers(), bytes, Instant.now());
        }
    }

    /** A read; the answer is a success. */
    Uni<Answer> read(Service service, String projectId, String url) {
        var request = new Request(service, projectId, HttpMethod.GET, url, null, Deadline.none());
        return call(request, once -> guards.read(service, once));
    }

    /** A write; no byte of it leaves after the deadline. The answer is a success. */
    Uni<Answer> write(
            Service service,
            String projectId,
            HttpMethod method,
            String url,
            @Nullable Buffer body,
            Deadline sendBefore) {
        var request = new Request(service, projectId, method, url, body, sendBefore);
        return call(request, once -> guards.write(service, once));
    }

    private Uni<Answer> call(Request request, Function<Function<Wire, Uni<Answer>>, Uni<Answer>> guarded) {
        return credentials.of(request.projectId()).flatMap(credential -> switch (credential.orElse(null)) {
            case null -> Uni.createFrom().failure(new NoCredential(request.projectId()));
            // Signed anew for each attempt: the signature dates the request.
            case Credential.AccessKey key -> guarded.apply(wire -> request.over(wire, request.signedWith(key)));
            case Credential.IamUser user ->
                token(request.projectId(), user)
                        .flatMap(token -> guarded.apply(wire -> request.over(wire, request.withToken(token)))
                                .onFailure(Cloud::isStaleToken)
                                .recoverWithUni(() -> {
                                    tokens.stale(request.projectId(), token);
                                    return token(request.projectId(), user)
                                            .flatMap(fresh -> guarded.apply(
                                                    wire -> request.over(wire, request.withToken(fresh))));
                                }));
        });
    }

    /** A token whose fetching is of unknown outcome is no reason to doubt the call that was to carry it: it never left. */
    private Uni<String> token(String projectId, Credential.IamUser user) {
        return tokens.of(projectId, user)
                .onFailure(UpstreamFailure.Refused.class)
                .transform(refusal -> ((UpstreamFailure.Refused) refusal).aboutCredential())
                .onFailure(UpstreamFailure.Unsettled.class)
                .transform(failure -> new NotStarted(
                        NotStarted.Why.CREDENTIAL_SERVICE,
                        "IAM gave no token: " + failure.getMessage(),
                        null,
                        failure));
    }

    private static boolean isStaleToken(Throwable failure) {
        return failure instanceof NotStarted notStarted && notStarted.why() == NotStarted.Why.TOKEN_STALE;
    }

    private static Answer success(Service service, Answer answer) {
        if (!answer.isSuccess() || !answer.body().isObject()) {
            throw service.failure(answer);
        }
        return answer;
    }
}
