package dev.attachgateway.sandbox;

import dev.attachgateway.sandbox.cloud.EvsEndpoints;
import dev.attachgateway.sandbox.cloud.IamEndpoint;
import dev.attachgateway.sandbox.cloud.ModelArtsEndpoints;
import dev.attachgateway.sandbox.cloud.RequestAuthenticator;
import dev.attachgateway.sandbox.cloud.SealedTokens;
import dev.attachgateway.sandbox.fault.CallHandler;
import dev.attachgateway.sandbox.fault.ControlEndpoints;
import dev.attachgateway.sandbox.fault.FaultRegistry;
import dev.attachgateway.sandbox.fault.RequestLog;
import dev.attachgateway.sandbox.fault.StateExecutor;
import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.http.ErrorEnvelopes;
import dev.attachgateway.sandbox.http.SandboxIds;
import dev.attachgateway.sandbox.http.SandboxResponse;
import dev.attachgateway.sandbox.oidc.AuthorizationCodes;
import dev.attachgateway.sandbox.oidc.OidcEndpoints;
import dev.attachgateway.sandbox.oidc.OidcIssuer;
import dev.attachgateway.sandbox.state.SandboxDirectory;
import dev.attachgateway.sandbox.state.SimulatedCloud;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/**
 * The sandbox: an offline simulation of ModelArts, EVS, IAM and an OIDC issuer over real HTTP.
 *
 * <p>It keeps a ledger of the attaches and detaches that took effect. By default it rejects no duplicates: a repeated
 * attach is executed and is a second effect. Its state lives in files of its own folder, which one sandbox locks at a
 * time.
 */
public final class Sandbox implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Sandbox.class);

    private static final long MAX_BODY_BYTES = 1_048_576;

    private final SandboxDirectory sandboxDirectory;
    private final StateExecutor stateExecutor;
    private final SimulatedCloud cloud;
    private final RequestLog requestLog;
    private final Router router;

    private Sandbox(Vertx vertx, SandboxDirectory sandboxDirectory, String origin, InstantSource clock) {
        this.sandboxDirectory = sandboxDirectory;
        this.stateExecutor = new StateExecutor(vertx);
        this.cloud = new SimulatedCloud(sandboxDirectory, clock, origin);
        this.requestLog = new RequestLog(sandboxDirectory);
        this.router = Router.router(vertx);
        var faultRegistry = new FaultRegistry(sandboxDirectory);
        var tokens = new SealedTokens(sandboxDirectory);
        var requestAuthenticator = new RequestAuthenticator(tokens);
        var callHandler = new CallHandler(vertx, stateExecutor, cloud, requestLog, faultRegistry);
        router.route()
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .failureHandler(Sandbox::handleFailure);
        new ModelArtsEndpoints(callHandler, cloud, requestAuthenticator).mount(router);
        new EvsEndpoints(callHandler, cloud, requestAuthenticator).mount(router);
        new IamEndpoint(callHandler, cloud, tokens).mount(router);
        new OidcEndpoints(
                        vertx,
                        new OidcIssuer(sandboxDirectory, origin + "/sandbox/oidc"),
                        new AuthorizationCodes(clock))
                .mount(router);
        new ControlEndpoints(stateExecutor, cloud, requestLog, faultRegistry).mount(router);
        router.route()
                .handler(context -> callHandler.send(
                        context,
                        SandboxIds.randomHex(),
                        ErrorEnvelopes.noSuchApi().response()));
    }

    /**
     * Opens a sandbox on a folder; {@link #close} releases the folder.
     *
     * @param origin scheme and authority under which callers reach it, without a trailing slash
     * @throws IllegalStateException when another sandbox has locked the folder
     */
    public static Sandbox open(Vertx vertx, Path folder, String origin) {
        return open(vertx, folder, origin, InstantSource.system());
    }

    static Sandbox open(Vertx vertx, Path folder, String origin, InstantSource clock) {
        var directory = SandboxDirectory.acquire(folder);
        try {
            return new Sandbox(vertx, directory, origin, clock);
        } catch (RuntimeException e) {
            closeAll(directory);
            throw e;
        }
    }

    /**
     * Returns the routes of a sandbox that lives as long as the process.
     *
     * <p>Mount them below {@code /sandbox}: {@code router.route("/sandbox/*").subRouter(Sandbox.router(...))}, so that
     * paths are {@code /sandbox/modelarts/...}. They include their own body handler; no other body handler may precede
     * them.
     *
     * @throws IllegalStateException when another sandbox has locked the folder
     */
    public static Router router(Vertx vertx, Path folder, String origin) {
        return open(vertx, folder, origin).router();
    }

    /** Returns this sandbox's routes, to be mounted as {@link #router(Vertx, Path, String)} describes. */
    public Router router() {
        return router;
    }

    private static void handleFailure(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (status == 500) {
            LOG.error("sandbox request failed", context.failure());
        }
        SandboxResponse sandboxResponse = status == 413
                ? ErrorEnvelopes.apiGatewayError(413, "0201", "Request body too large.")
                        .response()
                : ErrorEnvelopes.defaultResponse(CallKind.SERVER, status);
        String requestId = SandboxIds.randomHex();
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", sandboxResponse.contentType())
                .putHeader("X-Request-Id", requestId)
                .end(sandboxResponse.encodeBody(requestId));
    }

    private static void closeAll(AutoCloseable... parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Releases the folder; calls that arrive afterwards fail. */
    @Override
    public void close() {
        closeAll(stateExecutor, cloud, requestLog, sandboxDirectory);
    }
}
