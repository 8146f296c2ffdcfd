package dev.attachgateway.upstream;

import dev.attachgateway.upstream.UpstreamFailure.NotStarted;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls in the name of a project: with its credential, and once more with a new token when the cloud asks for one. */
@ApplicationScoped
class Cloud {
    private final Tokens tokens;
    private final Guards guards;

    Cloud(Tokens tokens, Guards guards) {
        this.tokens = tokens;
        this.guards = guards;
    }

    /** A read; the answer is a success. */
    Uni<Answer> read(Service service, String projectId, String url) {
        return withToken(
                projectId,
                token -> guards.read(
                        service,
                        wire -> wire.exchange(
                                        HttpMethod.GET, url, headers(projectId, token, false), null, Deadline.none())
                                .map(answer -> success(service, answer))));
    }

    /** A write; no byte of it leaves after the deadline. The answer is a success. */
    Uni<Answer> write(
            Service service,
            String projectId,
            HttpMethod method,
            String url,
            @Nullable Buffer body,
            Deadline sendBefore) {
        return withToken(
                projectId,
                token -> guards.write(
                        service,
                        wire -> wire.exchange(method, url, headers(projectId, token, body != null), body, sendBefore)
                                .map(answer -> success(service, answer))));
    }

    private Uni<Answer> withToken(String projectId, Function<String, Uni<Answer>> call) {
        return token(projectId)
                .flatMap(token -> call.apply(token)
                        .onFailure(Cloud::isStaleToken)
                        .recoverWithUni(() -> {
                            tokens.stale(projectId, token);
                            return token(projectId).flatMap(fresh -> call.apply(fresh));
                        }));
    }

    /** A token whose fetching is of unknown outcome is no reason to doubt the call that was to carry it: it never left. */
    private Uni<String> token(String projectId) {
        return tokens.of(projectId)
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

    private static Map<String, String> headers(String projectId, String token, boolean hasBody) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Auth-Token", token);
        headers.put("X-Project-Id", projectId);
        headers.put("Accept", "application/json");
        if (hasBody) {
            headers.put("Content-Type", "application/json");
        }
        return headers;
    }
}
