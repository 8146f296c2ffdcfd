package dev.attachgateway.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One IAM token for each project, fetched once for all who wait for it and again before it expires. A credential the cloud
 * has refused is not shown again for a while: repeated failures lock the account.
 */
@ApplicationScoped
class Tokens {
    /** Tokens live 24 hours (IAM API reference); a quarter of an hour outlasts every operation's next step. */
    private static final Duration AHEAD = Duration.ofMinutes(15);

    private static final Duration REFUSAL_LASTS = Duration.ofMinutes(1);

    private final Guards guards;
    private final String url;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    Tokens(Guards guards, UpstreamConfig config) {
        this.guards = guards;
        this.url = config.iam().url() + "/v3/auth/tokens?nocatalog=1";
    }

    /**
     * The project's token.
     *
     * @return fails with the failure of the call to IAM
     */
    Uni<String> of(String projectId, Credential.IamUser user) {
        return held.compute(
                        projectId,
                        (id, before) -> before != null && before.servesStill(user) ? before : fetch(id, user))
                .token();
    }

    /** The cloud says that this token "must be updated": the next call fetches another. */
    void stale(String projectId, String token) {
        held.computeIfPresent(projectId, (id, before) -> token.equals(before.value) ? null : before);
    }

    private Held fetch(String projectId, Credential.IamUser user) {
        var fresh = new Held(user);
        fresh.token = guards.read(
                        Service.IAM,
                        wire -> wire.exchange(
                                        HttpMethod.POST,
                                        url,
                                        Map.of("Content-Type", "application/json", "Accept", "application/json"),
                                        request(projectId, user),
                                        Deadline.none())
                                .map(Tokens::issued))
                .invoke(fresh::arrived)
                .onFailure()
                .invoke(failure -> failed(projectId, fresh, failure))
                .map(Issued::token)
                .memoize()
                .indefinitely();
        return fresh;
    }

    private void failed(String projectId, Held fresh, Throwable failure) {
        if (failure instanceof UpstreamFailure.Refused) {
            fresh.until = Instant.now().plus(REFUSAL_LASTS);
        } else {
            held.remove(projectId, fresh);
        }
    }

    private static Issued issued(Answer answer) {
        var token = answer.headers().get("X-Subject-Token");
        if (answer.status() != 201 || token == null) {
            throw Service.IAM.failure(answer);
        }
        return new Issued(
                token, expiry(answer.body().path("token").path("expires_at").asText()));
    }

    private static Instant expiry(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.now().plus(AHEAD).plus(AHEAD);
        }
    }

    private static Buffer request(String projectId, Credential.IamUser user) {
        var json = JsonNodeFactory.instance;
        var identity = json.objectNode();
        identity.putArray("methods").add("password");
        identity.putObject("password")
                .putObject("user")
                .put("name", user.name())
                .put("password", user.password())
                .putObject("domain")
                .put("name", user.domain());
        var auth = json.objectNode();
        auth.set("identity", identity);
        auth.putObject("scope").putObject("project").put("id", projectId);
        return Buffer.buffer(json.objectNode().set("auth", auth).toString());
    }

    private record Issued(String token, Instant expiresAt) {}

    /** A token that is held, or is on its way. */
    private static final class Held {
        private final Credential.IamUser user;
        private Uni<String> token = Uni.createFrom().failure(new IllegalStateException("not asked for yet"));
        private volatile Instant until = Instant.MAX;
        private volatile @Nullable String value;

        Held(Credential.IamUser user) {
            this.user = user;
        }

        boolean servesStill(Credential.IamUser wanted) {
            return user.equals(wanted) && Instant.now().isBefore(until);
        }

        Uni<String> token() {
            return token;
        }

        void arrived(Issued issued) {
            value = issued.token();
            until = issued.expiresAt().minus(AHEAD);
        }
    }
}
