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
 * The sandbox as a process of its own.
 *
 * <p>Arguments: {@code --port=} (or {@code QUARKUS_HTTP_PORT}; default 8090, 0 for any free port), {@code --host=}
 * (default localhost), {@code --folder=} (default data/sandbox), {@code --origin=} (where callers reach it, default
 * {@code http://localhost:PORT}).
 */
public final class SandboxProcess {

    /** A listening server and its sandbox. */
    public record RunningServer(Vertx vertx, HttpServer server, Sandbox sandbox) implements AutoCloseable {

        /** Returns the base URL of the sandbox. */
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

    /** Starts the server and prints one line when it listens; exits with 1 when it cannot. */
    public static void main(String... args) {
        PrintStream out = System.out;
        listen(args)
                .onSuccess(runningServer -> out.println("sandbox listening on " + runningServer.url()))
                .onFailure(failure -> {
                    System.err.println(failure.getMessage());
                    Runtime.getRuntime().halt(1);
                });
    }

    /** Starts the server with the arguments of {@link #main}; fails when the port or the folder is in use. */
    public static Future<RunningServer> listen(String... args) {
        String port = argument(args, "port")
                .or(() -> Optional.ofNullable(System.getenv("QUARKUS_HTTP_PORT")))
                .orElse("8090");
        var folder = Path.of(argument(args, "folder").orElse("data/sandbox"));
        var vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        var main = Router.router(vertx);
        // With the upgrade to HTTP/2 a dropped connection would not be a closed TCP connection.
        return vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(main)
                .listen(Integer.parseInt(port), argument(args, "host").orElse("localhost"))
                .compose(server -> vertx.executeBlocking(() -> {
                    String origin = argument(args, "origin").orElse("http://localhost:" + server.actualPort());
                    var sandbox = Sandbox.open(vertx, folder, origin);
                    main.route("/sandbox/*").subRouter(sandbox.router());
                    return new RunningServer(vertx, server, sandbox);
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
