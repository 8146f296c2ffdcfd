package dev.attachgateway.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API gateway in front of the cloud: whose call is this, and does it belong to the project in its path? */
final class Credentials {

    /** As many as anybody may need: the cloud's patience with a credential is each key's own. */
    private static final Pattern KEY = Pattern.compile("\\bAccess=(SANDBOXACCESSKEY[1-9][0-9]{0,4}),");

    private static final String SECRET = "sandbox-secret-key";

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
        Matcher key = KEY.matcher(String.valueOf(call.header("Authorization")));
        if (!key.find()
                || !new SignatureCheck(key.group(1), SECRET)
                        .accepts(
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
