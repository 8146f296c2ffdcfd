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
 * The embedded PostgreSQL of a gateway, inspected from another process.
 *
 * @param folder the gateway's {@code storage.folder}
 */
public record EmbeddedPostgresProbe(Path folder) {
    private static final int PORT_LINE = 3;
    private static final Duration END_TIMEOUT = Timeouts.CONDITION;

    /** Connects in the way that docs/storage.md describes for operators. */
    public Connection open() throws SQLException, IOException {
        var port = Files.readAllLines(cluster().resolve("postmaster.pid")).get(PORT_LINE);
        var password = Files.readString(folder.resolve("password")).strip();
        return PostgresForTests.open(new ConnectionDetails(
                "127.0.0.1", Integer.parseInt(port.strip()), "attach_gateway", "attach_gateway", password));
    }

    /** All processes of that server, identified by their name and working directory. */
    public List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::belongsToCluster).toList();
    }

    /** Waits until no process is left; fails after {@link Timeouts#CONDITION}. */
    public void awaitEnd() {
        Awaitility.await()
                .alias("no PostgreSQL is left in " + folder)
                .atMost(END_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .until(() -> processes().isEmpty());
    }

    private boolean belongsToCluster(ProcessHandle process) {
        var procFolder = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readString(procFolder.resolve("comm")).strip().equals("postgres")
                    && Files.readSymbolicLink(procFolder.resolve("cwd"))
                            .equals(cluster().toRealPath());
        } catch (NoSuchFileException _) {
            return false; // the process has ended, or the cluster does not exist
        } catch (IOException _) {
            return false; // a process of another account
        }
    }

    private Path cluster() {
        return folder.resolve("cluster");
    }
}
