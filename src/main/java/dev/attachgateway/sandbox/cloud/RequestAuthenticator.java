package dev.attachgateway.sandbox.cloud;

import dev.attachgateway.sandbox.http.ErrorEnvelopes;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxRequest;
import dev.attachgateway.sandbox.state.CloudBehaviour;
import dev.attachgateway.sandbox.state.Project;
import dev.attachgateway.sandbox.state.SimulatedCloud;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API gateway in front of the cloud: whose call is this, and does it belong to the project in its path? */
public final class RequestAuthenticator {

    /** As many as anybody may need: the cloud's patience with a credential is each key's own. */
    private static final Pattern KEY = Pattern.compile("\\bAccess=(SANDBOXACCESSKEY[1-9][0-9]{0,4}),");

    private static final String SECRET = "sandbox-secret-key";

    private final SealedTokens tokens;

    public RequestAuthenticator(SealedTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * The project the caller may work in.
     *
     * @throws RejectedCallException 401 without a good token or signature, 403 when it is not for this project
     */
    Project admit(SandboxRequest sandboxRequest, SimulatedCloud cloud) {
        String projectId = sandboxRequest.param("project");
        String authorization = sandboxRequest.header("Authorization");
        if (authorization != null && authorization.startsWith("SDK-HMAC-SHA256")) {
            checkSignature(sandboxRequest, cloud);
        } else {
            checkToken(sandboxRequest, projectId, cloud);
        }
        return cloud.project(projectId).orElseThrow(() -> otherProject(sandboxRequest));
    }

    private static void checkSignature(SandboxRequest sandboxRequest, SimulatedCloud cloud) {
        CloudBehaviour behaviour = cloud.behaviour();
        Matcher key = KEY.matcher(String.valueOf(sandboxRequest.header("Authorization")));
        if (!key.find()
                || !new SignatureCheck(key.group(1), SECRET)
                        .accepts(
                                sandboxRequest.method(),
                                sandboxRequest.path(),
                                sandboxRequest.query(),
                                sandboxRequest::header,
                                sandboxRequest.body(),
                                Instant.ofEpochMilli(cloud.now() + behaviour.clockSkewMs()),
                                Duration.ofMillis(behaviour.signatureMs()))) {
            throw ErrorEnvelopes.badCredential("verify aksk signature fail");
        }
    }

    private void checkToken(SandboxRequest sandboxRequest, String projectId, SimulatedCloud cloud) {
        String text = sandboxRequest.header("X-Auth-Token");
        if (text == null) {
            throw ErrorEnvelopes.badCredential("x-auth-token not found");
        }
        SealedTokens.Token token =
                tokens.open(text).orElseThrow(() -> ErrorEnvelopes.badCredential("decrypt token fail"));
        if (!Instant.ofEpochMilli(cloud.now()).isBefore(token.expiresAt())) {
            throw ErrorEnvelopes.gateway(401, "0307", "The token must be updated.");
        }
        if (!token.projectId().equals(projectId)) {
            throw otherProject(sandboxRequest);
        }
    }

    private static RejectedCallException otherProject(SandboxRequest sandboxRequest) {
        if (sandboxRequest.kind().isEvs()) {
            return ErrorEnvelopes.evs(403, "5403", "The project id in the request URL does not match the token.");
        }
        return ErrorEnvelopes.modelArts(403, "0210", "The project id in the request URL does not match the token.");
    }
}
