package dev.attachgateway.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The practice cloud as a process of its own.
 *
 * <p>Arguments: {@code --port=} (or {@code QUARKUS_HTTP_PORT}; default 8090, 0 for a free one), {@code --host=}
 * (default localhost), {@code --folder=} (default data/sandbox), {@code --origin=} (where callers reach it, default
 * {@code http://localhost:PORT}).
 */
public final class SandboxProcess {

    /** A server that listens, and what it serves. */
    public record Listening(Vertx vertx, HttpServer server, Sandbox sandbox) implements AutoCloseable {

        public String url() {
            return "http://localhost:" + server.actualPort() + "/sandbox";
        }

        @Override
        public void close() throws Exception {
            server.close().toCompletionStage().toCompletableFuture().get();
            sandbox.close();
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    private SandboxProcess() {}

    /** Starts the server and prints one line when it listens; ends the process with 1 when it cannot. */
    public static void main(String... args) {
        PrintStream out = System.out;
        listen(args)
                .onSuccess(listening -> out.println("sandbox listening on " + listening.url()))
                .onFailure(failure -> {
                    System.err.println(failure.getMessage());
                    Runtime.getRuntime().halt(1);
                });
    }

    public static Future<Listening> listen(String... args) {
        String port = argument(args, "port")
                .or(() -> Optional.ofNullable(System.getenv("QUARKUS_HTTP_PORT")))
                .orElse("8090");
        Path folder = Path.of(argument(args, "folder").orElse("data/sandbox"));
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        Router main = Router.router(vertx);
        // Without the upgrade to HTTP/2 a dropped connection is what it says.
        return vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(main)
                .listen(Integer.parseInt(port), argument(args, "host").orElse("localhost"))
                .compose(server -> vertx.executeBlocking(() -> {
                    String origin = argument(args, "origin").orElse("http://localhost:" + server.actualPort());
                    Sandbox sandbox = Sandbox.open(vertx, folder, origin);
                    main.route("/sandbox/*").subRouter(sandbox.router());
                    return new Listening(vertx, server, sandbox);
                }))
                .onFailure(failure -> vertx.close());
    }

    private static Optional<String> argument(String[] args, String name) {
        String prefix = "--" + name + "=";
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(prefix))
                .map(arg -> arg.substring(prefix.length()))
                .findFirst();
    }
}
