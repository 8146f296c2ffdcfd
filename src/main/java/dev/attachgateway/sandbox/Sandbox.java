package dev.attachgateway.sandbox;

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
 * The practice cloud: an offline double of ModelArts, EVS, IAM and an OIDC issuer that speaks real HTTP.
 *
 * <p>It keeps a ledger of what really got attached and detached, and by default protects nobody: a repeated attach is
 * carried out and is a second effect. Its state lives in files of its own folder, which one sandbox holds at a time.
 */
public final class Sandbox implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Sandbox.class);

    private static final long BODY_LIMIT = 1_048_576;

    private final Folder folder;
    private final Desk desk;
    private final Cloud cloud;
    private final Requests requests;
    private final Router router;

    private Sandbox(Vertx vertx, Folder folder, String origin, InstantSource clock) {
        this.folder = folder;
        this.desk = new Desk(vertx);
        this.cloud = new Cloud(folder, clock, origin);
        this.requests = new Requests(folder);
        this.router = Router.router(vertx);
        Faults faults = new Faults(folder);
        Tokens tokens = new Tokens(folder);
        Credentials credentials = new Credentials(tokens);
        Door door = new Door(vertx, desk, cloud, requests, faults);
        router.route()
                .handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT))
                .failureHandler(Sandbox::failed);
        new ModelArtsDoor(door, cloud, credentials).mount(router);
        new EvsDoor(door, cloud, credentials).mount(router);
        new IamDoor(door, cloud, tokens).mount(router);
        new OidcDoor(vertx, new Issuer(folder, origin + "/sandbox/oidc"), new Codes(clock)).mount(router);
        new ControlDoor(desk, cloud, requests, faults).mount(router);
        router.route()
                .handler(context ->
                        door.send(context, Ids.freshHex(), Envelopes.noSuchApi().answer()));
    }

    /**
     * Opens a sandbox on a folder; {@link #close} lets go of the folder.
     *
     * @param origin scheme and authority under which callers reach it, without a final slash
     * @throws IllegalStateException when another sandbox holds the folder
     */
    public static Sandbox open(Vertx vertx, Path folder, String origin) {
        return open(vertx, folder, origin, InstantSource.system());
    }

    static Sandbox open(Vertx vertx, Path folder, String origin, InstantSource clock) {
        Folder taken = Folder.take(folder);
        try {
            return new Sandbox(vertx, taken, origin, clock);
        } catch (RuntimeException e) {
            close(taken);
            throw e;
        }
    }

    /**
     * The routes of a sandbox that lasts as long as the process.
     *
     * <p>Mount them below {@code /sandbox}: {@code router.route("/sandbox/*").subRouter(Sandbox.router(...))}, so that
     * paths are {@code /sandbox/modelarts/...}. They bring their own body handler; none may come before them.
     *
     * @throws IllegalStateException when another sandbox holds the folder
     */
    public static Router router(Vertx vertx, Path folder, String origin) {
        return open(vertx, folder, origin).router();
    }

    /** This sandbox's routes, to be mounted as {@link #router(Vertx, Path, String)} says. */
    public Router router() {
        return router;
    }

    private static void failed(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (status == 500) {
            LOG.error("sandbox call failed", context.failure());
        }
        Answer answer = status == 413
                ? Envelopes.gateway(413, "0201", "Request body too large.").answer()
                : Envelopes.fitting(Kind.SERVER, status);
        String requestId = Ids.freshHex();
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", answer.contentType())
                .putHeader("X-Request-Id", requestId)
                .end(answer.text(requestId));
    }

    private static void close(AutoCloseable... parts) {
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

    /** Lets go of the folder; calls that arrive afterwards fail. */
    @Override
    public void close() {
        close(desk, cloud, requests, folder);
    }
}
