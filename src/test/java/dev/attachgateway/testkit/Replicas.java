package dev.attachgateway.testkit;

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
    private final EmbeddedPostgres postgres;
    private final RunningSandbox sandbox;
    private final List<RunningGateway> gateways;

    private Replicas(EmbeddedPostgres postgres, RunningSandbox sandbox, List<RunningGateway> gateways) {
        this.postgres = postgres;
        this.sandbox = sandbox;
        this.gateways = gateways;
    }

    /** Starts two gateways and what they need below the folder, and waits until both are ready. */
    public static Replicas start(Path folder, Map<String, String> environment) throws IOException {
        return start(folder, 2, environment);
    }

    /** The same with any number of gateways. */
    public static Replicas start(Path folder, int count, Map<String, String> environment) throws IOException {
        var postgres = EmbeddedPostgres.start(Folders.withPrograms(folder));
        RunningSandbox sandbox;
        try {
            sandbox = RunningSandbox.start(folder.resolve("sandbox"));
        } catch (Throwable e) {
            postgres.close();
            throw e;
        }
        var settings = new HashMap<>(environment);
        settings.put("STORAGE_URL", postgres.connection().url());
        settings.put("STORAGE_USERNAME", postgres.connection().username());
        settings.put("STORAGE_PASSWORD", postgres.connection().password());
        settings.put("SANDBOX_URL", sandbox.url());
        var gateways = IntStream.rangeClosed(1, count)
                .mapToObj(each -> RunningGateway.launch(Build.SANDBOX, folder.resolve("gateway-" + each), settings))
                .toList();
        var replicas = new Replicas(postgres, sandbox, gateways);
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
    public List<Gateway> doors() {
        return gateways.stream()
                .map(gateway -> new Gateway(gateway.url(), sandbox.url()))
                .toList();
    }

    public PracticeCloud cloud() {
        return new PracticeCloud(sandbox.url());
    }

    public Connection database() throws SQLException {
        return PostgresForTests.open(postgres.connection());
    }

    @Override
    public void close() {
        gateways.forEach(RunningGateway::close);
        sandbox.close();
        postgres.close();
    }
}
