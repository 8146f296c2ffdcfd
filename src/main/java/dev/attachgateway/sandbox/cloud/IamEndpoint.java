package dev.attachgateway.sandbox.cloud;

import dev.attachgateway.sandbox.fault.CallHandler;
import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.http.ErrorEnvelopes;
import dev.attachgateway.sandbox.http.SandboxRequest;
import dev.attachgateway.sandbox.http.SandboxResponse;
import dev.attachgateway.sandbox.state.Project;
import dev.attachgateway.sandbox.state.SimulatedCloud;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The token endpoint of IAM, Huawei Cloud IAM API reference, "Obtaining a User Token Through Password Authentication".
 */
public final class IamEndpoint {

    private static final Duration VALIDITY = Duration.ofHours(24);

    private static final DateTimeFormatter TIME_FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern USER_NAME_PATTERN = Pattern.compile("gateway(-[1-9][0-9]{0,4})?");

    private static final String USER_POINTER = "/auth/identity/password/user/";

    private final CallHandler callHandler;
    private final SimulatedCloud cloud;
    private final SealedTokens tokens;

    public IamEndpoint(CallHandler callHandler, SimulatedCloud cloud, SealedTokens tokens) {
        this.callHandler = callHandler;
        this.cloud = cloud;
        this.tokens = tokens;
    }

    /** Adds the endpoint to the router. */
    public void mount(Router router) {
        router.post("/iam/v3/auth/tokens").handler(callHandler.handlerFor(CallKind.TOKEN, this::issueToken));
    }

    private SandboxResponse issueToken(SandboxRequest sandboxRequest) {
        JsonObject body = sandboxRequest
                .jsonBody()
                .filter(json -> valueAt(json, "/auth/identity/methods").isPresent())
                .orElseThrow(() -> ErrorEnvelopes.iamError(400, "Bad Request", "The request body is invalid."));
        var name = String.valueOf(valueAt(body, USER_POINTER + "name").orElse(""));
        if (!USER_NAME_PATTERN.matcher(name).matches()
                || !hasValue(body, USER_POINTER + "password", name)
                || !hasValue(body, USER_POINTER + "domain/name", "sandbox")) {
            throw ErrorEnvelopes.iamError(401, "Unauthorized", "The username or password is wrong.");
        }
        Project project = scopedProject(body)
                .orElseThrow(() ->
                        ErrorEnvelopes.iamError(400, "Bad Request", "The scope names no project of this domain."));
        var issued = Instant.ofEpochMilli(cloud.now());
        Instant expires = issued.plus(VALIDITY);
        return new SandboxResponse(
                201,
                new JsonObject().put("token", tokenJson(name, project, issued, expires)),
                Map.of("X-Subject-Token", tokens.issue(project.id(), expires)));
    }

    private Optional<Project> scopedProject(JsonObject body) {
        Optional<String> id = SandboxRequest.scopedProjectId(body);
        if (id.isPresent()) {
            return cloud.project(id.get());
        }
        return valueAt(body, "/auth/scope/project/name")
                .flatMap(name -> cloud.projects().stream()
                        .filter(project -> name.equals(project.name()))
                        .findFirst());
    }

    private static Optional<Object> valueAt(JsonObject body, String pointer) {
        return Optional.ofNullable(JsonPointer.from(pointer).queryJson(body));
    }

    private static boolean hasValue(JsonObject body, String pointer, String expected) {
        return valueAt(body, pointer).filter(expected::equals).isPresent();
    }

    private static JsonObject tokenJson(String user, Project project, Instant issued, Instant expires) {
        var domain =
                new JsonObject().put("id", "fedcba9876543210fedcba9876543210").put("name", "sandbox");
        return new JsonObject()
                .put("expires_at", TIME_FORMAT.format(expires))
                .put("issued_at", TIME_FORMAT.format(issued))
                .put("methods", new JsonArray().add("password"))
                .put(
                        "project",
                        new JsonObject()
                                .put("id", project.id())
                                .put("name", project.name())
                                .put("domain", domain))
                .put(
                        "user",
                        new JsonObject()
                                .put("id", "fd03ee73295e45478d88e15263d2ee4e")
                                .put("name", user)
                                .put("domain", domain))
                .put(
                        "roles",
                        new JsonArray().add(new JsonObject().put("id", "0").put("name", "te_admin")))
                .put("catalog", new JsonArray());
    }
}
