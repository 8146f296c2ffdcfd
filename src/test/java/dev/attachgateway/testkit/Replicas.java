package dev.attachgateway.testkit;

import dev.attachgateway.storage.ConnectionDetails;
import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.storage.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Gateways on one PostgreSQL and one practice cloud, each of them all in a process of its own. */
public final class Replicas implements AutoCloseable {
    private final ConnectionDetails database;
    private final Runnable end;
    private final RunningSandbox sandbox;
    private final List<RunningGateway> gateways;

    private Replicas(ConnectionDetails database, Runnable end, RunningSandbox sandbox, List<RunningGateway> gateways) {
        this.database = database;
        this.end = end;
        this.sandbox = sandbox;
        this.gateways = gateways;
    }

    /** Starts two gateways and what they need below the folder, and waits until both are ready. */
    public static Replicas start(Path folder, Map<String, String> environment) throws IOException {
        return start(folder, 2, environment);
    }

    /** The same with any number of gateways. */
    public static Replicas start(Path folder, int count, Map<String, String> environment) throws IOException {
        var postgres = EmbeddedPostgres.start(Folders.withCluster(folder));
        return start(folder, count, environment, postgres.connection(), postgres::close);
    }

    /** The same on a PostgreSQL that is the test's own. */
    public static Replicas start(Path folder, int count, Map<String, String> environment, ConnectionDetails database) {
        return start(folder, count, environment, database, () -> {});
    }

    private static Replicas start(
            Path folder, int count, Map<String, String> environment, ConnectionDetails database, Runnable end) {
        RunningSandbox sandbox;
        try {
            sandbox = RunningSandbox.start(folder.resolve("sandbox"));
        } catch (Throwable e) {
            end.run();
            throw e;
        }
        var settings = new HashMap<>(environment);
        settings.put("STORAGE_URL", database.url());
        settings.put("STORAGE_USERNAME", database.username());
        settings.put("STORAGE_PASSWORD", database.password());
        settings.put("SANDBOX_URL", sandbox.url());
        var gateways = IntStream.rangeClosed(1, count)
                .mapToObj(each ->
                        RunningGateway.launch(PackagedBuild.SANDBOX, folder.resolve("gateway-" + each), settings))
                .toList();
        var replicas = new Replicas(database, end, sandbox, gateways);
        try {
            replicas.gateways.forEach(RunningGateway::awaitReady);
            return replicas;
        } catch (Throwable e) {
            replicas.close();
            throw e;
        }
    }

    public List<RunningGateway> gateways() {
        return gateways;
    }

    /** Callers of each gateway, with tokens of the common practice cloud. */
    public List<GatewayClient> doors() {
        return gateways.stream()
                .map(gateway -> new GatewayClient(gateway.url(), sandbox.url()))
                .toList();
    }

    public SandboxCloud cloud() {
        return new SandboxCloud(sandbox.url());
    }

    public Connection database() throws SQLException {
        return PostgresForTests.open(database);
    }

    @Override
    public void close() {
        gateways.forEach(RunningGateway::close);
        sandbox.close();
        end.run();
    }
}
