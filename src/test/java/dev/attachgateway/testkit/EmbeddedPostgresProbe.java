package dev.attachgateway.testkit;

import dev.attachgateway.storage.ConnectionDetails;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * The PostgreSQL a gateway runs of its own, looked at from outside.
 *
 * @param folder the gateway's {@code storage.folder}
 */
public record EmbeddedPostgresProbe(Path folder) {
    private static final int PORT_LINE = 3;
    private static final Duration GONE_WITHIN = Timeouts.CONDITION;

    /** Enters it the way docs/storage.md tells an operator to. */
    public Connection open() throws SQLException, IOException {
        var port = Files.readAllLines(cluster().resolve("postmaster.pid")).get(PORT_LINE);
        var password = Files.readString(folder.resolve("password")).strip();
        return PostgresForTests.open(new ConnectionDetails(
                "127.0.0.1", Integer.parseInt(port.strip()), "attach_gateway", "attach_gateway", password));
    }

    /** Every process of that server, seen by its name and working directory. */
    public List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::worksHere).toList();
    }

    /** Fails when it outlives its gateway by more than some seconds. */
    public void awaitEnd() {
        Awaitility.await()
                .alias("no PostgreSQL is left in " + folder)
                .atMost(GONE_WITHIN)
                .pollDelay(Duration.ZERO)
                .until(() -> processes().isEmpty());
    }

    private boolean worksHere(ProcessHandle process) {
        var facts = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readString(facts.resolve("comm")).strip().equals("postgres")
                    && Files.readSymbolicLink(facts.resolve("cwd"))
                            .equals(cluster().toRealPath());
        } catch (NoSuchFileException e) {
            return false; // it ended meanwhile, or there is no such folder
        } catch (IOException e) {
            return false; // another account's
        }
    }

    private Path cluster() {
        return folder.resolve("cluster");
    }
}
