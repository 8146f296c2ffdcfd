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

/** IAM's token call, Huawei Cloud IAM API reference, "Obtaining a User Token Through Password Authentication". */
public final class IamEndpoint {

    private static final Duration VALIDITY = Duration.ofHours(24);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern USERS = Pattern.compile("gateway(-[1-9][0-9]{0,4})?");

    private static final String USER = "/auth/identity/password/user/";

    private final CallHandler callHandler;
    private final SimulatedCloud cloud;
    private final SealedTokens tokens;

    public IamEndpoint(CallHandler callHandler, SimulatedCloud cloud, SealedTokens tokens) {
        this.callHandler = callHandler;
        this.cloud = cloud;
        this.tokens = tokens;
    }

    public void mount(Router router) {
        router.post("/iam/v3/auth/tokens").handler(callHandler.opens(CallKind.TOKEN, this::token));
    }

    private SandboxResponse token(SandboxRequest sandboxRequest) {
        JsonObject body = sandboxRequest
                .json()
                .filter(json -> at(json, "/auth/identity/methods").isPresent())
                .orElseThrow(() -> ErrorEnvelopes.iam(400, "Bad Request", "The request body is invalid."));
        String name = String.valueOf(at(body, USER + "name").orElse(""));
        if (!USERS.matcher(name).matches()
                || !says(body, USER + "password", name)
                || !says(body, USER + "domain/name", "sandbox")) {
            throw ErrorEnvelopes.iam(401, "Unauthorized", "The username or password is wrong.");
        }
        Project project = scoped(body)
                .orElseThrow(
                        () -> ErrorEnvelopes.iam(400, "Bad Request", "The scope names no project of this domain."));
        Instant issued = Instant.ofEpochMilli(cloud.now());
        Instant expires = issued.plus(VALIDITY);
        return new SandboxResponse(
                201,
                new JsonObject().put("token", token(name, project, issued, expires)),
                Map.of("X-Subject-Token", tokens.issue(project.id(), expires)));
    }

    private Optional<Project> scoped(JsonObject body) {
        Optional<String> id = SandboxRequest.scopedProjectId(body);
        if (id.isPresent()) {
            return cloud.project(id.get());
        }
        return at(body, "/auth/scope/project/name")
                .flatMap(name -> cloud.projects().stream()
                        .filter(project -> name.equals(project.name()))
                        .findFirst());
    }

    private static Optional<Object> at(JsonObject body, String pointer) {
        return Optional.ofNullable(JsonPointer.from(pointer).queryJson(body));
    }

    private static boolean says(JsonObject body, String pointer, String expected) {
        return at(body, pointer).filter(expected::equals).isPresent();
    }

    private static JsonObject token(String user, Project project, Instant issued, Instant expires) {
        JsonObject domain =
                new JsonObject().put("id", "fedcba9876543210fedcba9876543210").put("name", "sandbox");
        return new JsonObject()
                .put("expires_at", TIME.format(expires))
                .put("issued_at", TIME.format(issued))
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
