package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A reverse proxy in front of gateways: Debian's nginx or HAProxy in its own process, on a free loopback port. */
public final class FrontProxy implements AutoCloseable {
    private static final Duration LIMIT = Timeouts.CONDITION;

    private final Process process;
    private final Path log;
    private final int port;

    private FrontProxy(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /**
     * Starts nginx.
     *
     * @param http the content of the section {@code http}; {@code PORT} is replaced by the port to listen on
     */
    public static FrontProxy nginx(Path folder, String http) {
        var port = Fork.freePort();
        var config = """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                access_log off;
                client_body_temp_path %1$s/body;
                proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi;
                uwsgi_temp_path %1$s/uwsgi;
                scgi_temp_path %1$s/scgi;
                %2$s
                }
                """.formatted(folder, http.replace("PORT", Integer.toString(port)));
        return start(
                folder, port, config, MachineRequirements.program("nginx").toString(), "-p", folder.toString(), "-c");
    }

    /**
     * Starts HAProxy.
     *
     * @param config the complete configuration; {@code PORT} is replaced by the port to listen on
     */
    public static FrontProxy haproxy(Path folder, String config) {
        var port = Fork.freePort();
        return start(
                folder,
                port,
                config.replace("PORT", Integer.toString(port)),
                MachineRequirements.program("haproxy").toString(),
                "-db",
                "-f");
    }

    private static FrontProxy start(Path folder, int port, String config, String... command) {
        try {
            var file = Files.writeString(folder.resolve("proxy.conf"), config);
            var log = folder.resolve("proxy.log");
            var words = new ArrayList<>(List.of(command));
            words.add(file.toString());
            var process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            var proxy = new FrontProxy(process, log, port);
            proxy.awaitListening();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening() {
        Awaitility.await("the proxy listens")
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the proxy ended:\n" + Files.readString(log));
                    }
                    return listens();
                });
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** The proxy's URL, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
