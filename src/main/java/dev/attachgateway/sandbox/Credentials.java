package dev.attachgateway.sandbox;

import java.time.Duration;
import java.time.Instant;

/** The API gateway in front of the cloud: whose call is this, and does it belong to the project in its path? */
final class Credentials {

    private static final SignatureCheck SIGNATURE = new SignatureCheck("SANDBOXACCESSKEY1", "sandbox-secret-key");

    private final Tokens tokens;

    Credentials(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * The project the caller may work in.
     *
     * @throws Refusal 401 without a good token or signature, 403 when it is not for this project
     */
    Project admit(Call call, Cloud cloud) {
        String projectId = call.param("project");
        String authorization = call.header("Authorization");
        if (authorization != null && authorization.startsWith("SDK-HMAC-SHA256")) {
            checkSignature(call, cloud);
        } else {
            checkToken(call, projectId, cloud);
        }
        return cloud.project(projectId).orElseThrow(() -> otherProject(call));
    }

    private static void checkSignature(Call call, Cloud cloud) {
        Behaviour behaviour = cloud.behaviour();
        if (!SIGNATURE.accepts(
                call.method(),
                call.path(),
                call.query(),
                call::header,
                call.body(),
                Instant.ofEpochMilli(cloud.now() + behaviour.clockSkewMs()),
                Duration.ofMillis(behaviour.signatureMs()))) {
            throw Envelopes.badCredential("verify aksk signature fail");
        }
    }

    private void checkToken(Call call, String projectId, Cloud cloud) {
        String text = call.header("X-Auth-Token");
        if (text == null) {
            throw Envelopes.badCredential("x-auth-token not found");
        }
        Tokens.Token token = tokens.open(text).orElseThrow(() -> Envelopes.badCredential("decrypt token fail"));
        if (!Instant.ofEpochMilli(cloud.now()).isBefore(token.expiresAt())) {
            throw Envelopes.gateway(401, "0307", "The token must be updated.");
        }
        if (!token.projectId().equals(projectId)) {
            throw otherProject(call);
        }
    }

    private static Refusal otherProject(Call call) {
        if (call.kind().isEvs()) {
            return Envelopes.evs(403, "5403", "The project id in the request URL does not match the token.");
        }
        return Envelopes.modelArts(403, "0210", "The project id in the request URL does not match the token.");
    }
}
