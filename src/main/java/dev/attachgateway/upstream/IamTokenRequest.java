package dev.attachgateway.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.attachgateway.upstream.credential.CloudCredential;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.CloudService;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** The body of IAM's token request and the parser of its response (IAM API reference, password authentication). */
final class IamTokenRequest {
    /** Tokens are renewed this long before they expire; no step of an operation takes longer. */
    private static final Duration RENEW_BEFORE_EXPIRY = Duration.ofMinutes(15);

    private IamTokenRequest() {}

    /**
     * An issued token.
     *
     * @param usableFor how long the token is used, from its receipt on
     */
    record IssuedToken(String token, Duration usableFor) {}

    static Buffer requestBody(String projectId, CloudCredential.IamUser user) {
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

    static IssuedToken parseResponse(CloudResponse cloudResponse) {
        var token = cloudResponse.headers().get("X-Subject-Token");
        if (cloudResponse.status() != 201 || token == null) {
            throw CloudService.IAM.toException(cloudResponse, true);
        }
        return new IssuedToken(token, usableFor(lifetime(cloudResponse)));
    }

    /** The difference of two dates of IAM's clock, so that a deviation from the gateway's clock has no effect. */
    private static Duration lifetime(CloudResponse cloudResponse) {
        var token = cloudResponse.body().path("token");
        try {
            return Duration.between(
                    Instant.parse(token.path("issued_at").asText()),
                    Instant.parse(token.path("expires_at").asText()));
        } catch (DateTimeParseException _) {
            return RENEW_BEFORE_EXPIRY.multipliedBy(2);
        }
    }

    private static Duration usableFor(Duration lifetime) {
        var half = lifetime.dividedBy(2);
        return half.compareTo(RENEW_BEFORE_EXPIRY) < 0 ? half : lifetime.minus(RENEW_BEFORE_EXPIRY);
    }
}
