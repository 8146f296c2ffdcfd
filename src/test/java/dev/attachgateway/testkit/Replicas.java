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

/** Gateways that share one PostgreSQL and one sandbox, each in its own process. */
public final class Replicas implements AutoCloseable {
    private final ConnectionDetails database;
    private final Runnable databaseStop;
    private final RunningSandbox sandbox;
    private final List<RunningGateway> gateways;

    private Replicas(
            ConnectionDetails database, Runnable databaseStop, RunningSandbox sandbox, List<RunningGateway> gateways) {
        this.database = database;
        this.databaseStop = databaseStop;
        this.sandbox = sandbox;
        this.gateways = gateways;
    }

    /** Starts PostgreSQL, a sandbox and two gateways below the folder, and waits until the gateways are ready. */
    public static Replicas start(Path folder, Map<String, String> environment) throws IOException {
        return start(folder, 2, environment);
    }

    /** Starts any number of gateways with their PostgreSQL and sandbox. */
    public static Replicas start(Path folder, int count, Map<String, String> environment) throws IOException {
        var postgres = EmbeddedPostgres.start(Folders.withCluster(folder));
        return start(folder, count, environment, postgres.connectionDetails(), postgres::close);
    }

    /** Starts any number of gateways and their sandbox on an existing PostgreSQL. */
    public static Replicas start(Path folder, int count, Map<String, String> environment, ConnectionDetails database) {
        return start(folder, count, environment, database, () -> {});
    }

    private static Replicas start(
            Path folder,
            int count,
            Map<String, String> environment,
            ConnectionDetails database,
            Runnable databaseStop) {
        RunningSandbox sandbox;
        try {
            sandbox = RunningSandbox.start(folder.resolve("sandbox"));
        } catch (Throwable e) {
            databaseStop.run();
            throw e;
        }
        var settings = new HashMap<>(environment);
        settings.put("STORAGE_URL", database.url());
        settings.put("STORAGE_USERNAME", database.username());
        settings.put("STORAGE_PASSWORD", database.password());
        settings.put("SANDBOX_URL", sandbox.url());
        var gateways = IntStream.rangeClosed(1, count)
                .mapToObj(number ->
                        RunningGateway.launch(PackagedBuild.SANDBOX, folder.resolve("gateway-" + number), settings))
                .toList();
        var replicas = new Replicas(database, databaseStop, sandbox, gateways);
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

    /** A client of each gateway, with tokens of the shared sandbox. */
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
        databaseStop.run();
    }
}
