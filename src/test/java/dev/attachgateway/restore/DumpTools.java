package dev.attachgateway.restore;

import dev.attachgateway.storage.StandingServer;
import dev.attachgateway.storage.StandingServer.Stop;
import dev.attachgateway.testkit.CommandResult;
import dev.attachgateway.testkit.MachineRequirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Saves and restores the database with PostgreSQL's own tools. */
record DumpTools(StandingServer postgres, Path folder) {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Returns the PostgreSQL folder of Debian; the gateway's own programs do not include the dump tools. */
    static Path programs() throws IOException {
        var all = Path.of("/usr/lib/postgresql");
        try (var versions = Files.exists(all) ? Files.list(all) : Stream.<Path>empty()) {
            var newest = versions.filter(version -> Files.isExecutable(version.resolve("bin/postgres")))
                    .max(Comparator.comparingInt(
                            version -> Integer.parseInt(version.getFileName().toString())));
            MachineRequirements.that(newest.isPresent(), "Debian's package postgresql");
            return newest.orElseThrow();
        }
    }

    private void run(String... arguments) {
        CommandResult.run(folder, Map.of(), LIMIT, arguments).printed();
    }

    private void client(String program, String... arguments) {
        var all = new ArrayList<>(List.of(
                postgres.program(program),
                "-h",
                postgres.connection().host(),
                "-p",
                Integer.toString(postgres.connection().port()),
                "-U",
                postgres.connection().username()));
        all.addAll(List.of(arguments));
        run(all.toArray(String[]::new));
    }

    /** Saves the current state. */
    void save(RestoreMethod method) {
        if (method == RestoreMethod.FOLDER) {
            postgres.stop(Stop.FAST);
            run("cp", "-a", postgres.cluster().toString(), "saved");
            postgres.startAgain();
        } else {
            client("pg_dump", "-Fc", "-f", "saved", postgres.connection().database());
        }
    }

    /** Restores the saved state. */
    void restore(RestoreMethod method) {
        var database = postgres.connection().database();
        switch (method) {
            case CLEAN -> client("pg_restore", "--clean", "--if-exists", "-d", database, "saved");
            case ANOTHER_DATABASE -> {
                postgres.sql("drop database " + database + " with (force)");
                postgres.sql("create database " + database);
                client("pg_restore", "-d", database, "saved");
            }
            case ROWS -> {
                client("psql", "-q", "-d", database, "-c", """
                        truncate operation, event, event_position, event_history, flyway_schema_history""");
                client(
                        "pg_restore",
                        "--data-only",
                        "--disable-triggers",
                        "-d",
                        database,
                        "-t",
                        "operation",
                        "-t",
                        "event",
                        "-t",
                        "event_position",
                        "-t",
                        "event_history",
                        "-t",
                        "flyway_schema_history",
                        "saved");
            }
            case FOLDER -> {
                postgres.stop(Stop.FAST);
                run("rm", "-rf", postgres.cluster().toString());
                run("cp", "-a", "saved", postgres.cluster().toString());
                postgres.startAgain();
            }
        }
    }
}
