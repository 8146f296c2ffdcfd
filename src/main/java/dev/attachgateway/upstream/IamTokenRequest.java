package dev.attachgateway.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.attachgateway.upstream.credential.CloudCredential;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.CloudService;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** The body that asks IAM for a token, and what its answer says (IAM API reference, password authentication). */
final class IamTokenRequest {
    /** A token is renewed so long before its end; a quarter of an hour outlasts every operation's next step. */
    private static final Duration AHEAD = Duration.ofMinutes(15);

    private IamTokenRequest() {}

    /**
     * A token.
     *
     * @param serves how long it is used from its arrival on
     */
    record Issued(String token, Duration serves) {}

    static Buffer body(String projectId, CloudCredential.IamUser user) {
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

    static Issued issued(CloudResponse cloudResponse) {
        var token = cloudResponse.headers().get("X-Subject-Token");
        if (cloudResponse.status() != 201 || token == null) {
            throw CloudService.IAM.failure(cloudResponse);
        }
        return new Issued(token, serves(lifetime(cloudResponse)));
    }

    /** Between two dates of the same clock, so that no other clock matters. */
    private static Duration lifetime(CloudResponse cloudResponse) {
        var token = cloudResponse.body().path("token");
        try {
            return Duration.between(
                    Instant.parse(token.path("issued_at").asText()),
                    Instant.parse(token.path("expires_at").asText()));
        } catch (DateTimeParseException e) {
            return AHEAD.multipliedBy(2);
        }
    }

    private static Duration serves(Duration lifetime) {
        var half = lifetime.dividedBy(2);
        return half.compareTo(AHEAD) < 0 ? half : lifetime.minus(AHEAD);
    }
}
