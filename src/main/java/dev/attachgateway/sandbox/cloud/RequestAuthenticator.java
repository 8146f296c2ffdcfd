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

/**
 * The authentication of the API gateway in front of the cloud: verifies the credential and its access to the project in
 * the path.
 */
public final class RequestAuthenticator {

    /** Many keys, because the cloud counts failures for each key separately. */
    private static final Pattern ACCESS_KEY_PATTERN = Pattern.compile("\\bAccess=(SANDBOXACCESSKEY[1-9][0-9]{0,4}),");

    private static final String SECRET_KEY = "sandbox-secret-key";

    private final SealedTokens tokens;

    public RequestAuthenticator(SealedTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Authenticates a request and returns its project.
     *
     * @throws RejectedCallException 401 without a valid token or signature, 403 when it is not for this project
     */
    Project authenticate(SandboxRequest sandboxRequest, SimulatedCloud cloud) {
        String projectId = sandboxRequest.pathParam("project");
        String authorization = sandboxRequest.header("Authorization");
        if (authorization != null && authorization.startsWith("SDK-HMAC-SHA256")) {
            checkSignature(sandboxRequest, cloud);
        } else {
            checkToken(sandboxRequest, projectId, cloud);
        }
        return cloud.project(projectId).orElseThrow(() -> wrongProject(sandboxRequest));
    }

    private static void checkSignature(SandboxRequest sandboxRequest, SimulatedCloud cloud) {
        CloudBehaviour behaviour = cloud.behaviour();
        Matcher keyMatcher = ACCESS_KEY_PATTERN.matcher(String.valueOf(sandboxRequest.header("Authorization")));
        if (!keyMatcher.find()
                || !new SignatureCheck(keyMatcher.group(1), SECRET_KEY)
                        .accepts(
                                sandboxRequest.method(),
                                sandboxRequest.path(),
                                sandboxRequest.query(),
                                sandboxRequest::header,
                                sandboxRequest.body(),
                                Instant.ofEpochMilli(cloud.now() + behaviour.clockSkewMs()),
                                Duration.ofMillis(behaviour.signatureMs()))) {
            throw ErrorEnvelopes.invalidCredential("verify aksk signature fail");
        }
    }

    private void checkToken(SandboxRequest sandboxRequest, String projectId, SimulatedCloud cloud) {
        String tokenText = sandboxRequest.header("X-Auth-Token");
        if (tokenText == null) {
            throw ErrorEnvelopes.invalidCredential("x-auth-token not found");
        }
        SealedTokens.Token token =
                tokens.verify(tokenText).orElseThrow(() -> ErrorEnvelopes.invalidCredential("decrypt token fail"));
        if (!Instant.ofEpochMilli(cloud.now()).isBefore(token.expiresAt())) {
            throw ErrorEnvelopes.apiGatewayError(401, "0307", "The token must be updated.");
        }
        if (!token.projectId().equals(projectId)) {
            throw wrongProject(sandboxRequest);
        }
    }

    private static RejectedCallException wrongProject(SandboxRequest sandboxRequest) {
        if (sandboxRequest.kind().isEvs()) {
            return ErrorEnvelopes.evsError(403, "5403", "The project id in the request URL does not match the token.");
        }
        return ErrorEnvelopes.modelArtsError(
                403, "0210", "The project id in the request URL does not match the token.");
    }
}
