package dev.attachgateway.upstream;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.upstream.UpstreamFailure.NotStarted;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls in the name of a project: signed with its access key, or with its token and once more when that is stale. */
@ApplicationScoped
class Cloud {
    private final Credentials credentials;
    private final Tokens tokens;
    private final Guards guards;
    private final CloudClock clock;

    Cloud(Credentials credentials, Tokens tokens, Guards guards, CloudClock clock) {
        this.credentials = credentials;
        this.tokens = tokens;
        this.guards = guards;
        this.clock = clock;
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

        Map<String, String> signedWith(Signer key, Instant date) {
            var bytes = body == null ? new byte[0] : body.getBytes();
            return key.sign(method.name(), URI.create(url), headers(), bytes, date);
        }
    }

    /** A read; the answer is a success. */
    Uni<Answer> read(Service service, String projectId, String url) {
        var request = new Request(service, projectId, HttpMethod.GET, url, null, Deadline.none());
        return credential(projectId).flatMap(credential -> {
            var user = credential.user();
            var key = credential.key();
            return user == null && key != null
                    ? clock.now()
                            .flatMap(now -> guards.read(
                                    service,
                                    wire -> request.over(wire, request.signedWith(key, clock.shownBy(service, now)))))
                    : withToken(request, Objects.requireNonNull(user), once -> guards.read(service, once));
        });
    }

    /** A write, signed where the credential can. The answer is a success. */
    Uni<Answer> write(
            Service service, String projectId, HttpMethod method, String url, @Nullable Buffer body, Send send) {
        var request = new Request(service, projectId, method, url, body, send.before());
        return credential(projectId).flatMap(credential -> {
            if (credential.signsWrites() != send.signed()) {
                throw new NotStarted(
                        NotStarted.Why.CREDENTIAL,
                        "the credential of the project is not of the sort that it was when the write was decided",
                        null,
                        null);
            }
            var user = credential.user();
            var key = credential.key();
            if (key == null) {
                return withToken(request, Objects.requireNonNull(user), once -> guards.write(service, once));
            }
            // Once and for all: repetitions carry the same date, or they would outlive the intent.
            var headers = request.signedWith(key, clock.shownBy(service, send.date()));
            return guards.write(service, wire -> request.over(wire, headers));
        });
    }

    private Uni<Credential> credential(String projectId) {
        return credentials.of(projectId).map(credential -> credential.orElseThrow(() -> new NoCredential(projectId)));
    }

    private Uni<Answer> withToken(
            Request request, Credential.IamUser user, Function<Function<Wire, Uni<Answer>>, Uni<Answer>> guarded) {
        return token(request.projectId(), user)
                .flatMap(token -> guarded.apply(wire -> request.over(wire, request.withToken(token)))
                        .onFailure(Cloud::isStaleToken)
                        .recoverWithUni(() -> {
                            tokens.stale(request.projectId(), token);
                            return token(request.projectId(), user)
                                    .flatMap(fresh ->
                                            guarded.apply(wire -> request.over(wire, request.withToken(fresh))));
                        }));
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
