package dev.attachgateway.storage;

import dev.attachgateway.testkit.CommandResult;
import dev.attachgateway.testkit.Fork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;

/** Data folders for tests; they share one unpacked copy of PostgreSQL's programs. */
public final class Folders {
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

    private Folders() {}

    /** A folder named {@code postgresql} within the parent, with the programs in it. */
    public static Path withPrograms(Path parent) throws IOException {
        var shared = Path.of("target", "postgresql-programs").toAbsolutePath();
        Fork.exclusively("postgresql-programs", () -> {
            PostgresBinaries.unpackInto(DataDirectory.openOrCreate(shared));
            return shared;
        });
        Path folder = Files.createDirectories(parent.resolve("postgresql"));
        Files.createSymbolicLink(
                folder.resolve(DataDirectory.POSTGRES_VERSION), shared.resolve(DataDirectory.POSTGRES_VERSION));
        return folder;
    }

    /**
     * A folder with programs and a cluster that has all migrations applied and no data, as after a first start and
     * stop.
     */
    public static Path withCluster(Path parent) throws IOException {
        var template = Fork.exclusively("postgresql-cluster", Folders::cluster);
        var folder = withPrograms(parent);
        for (var part : new Path[] {
            DataDirectory.openOrCreate(template).clusterDirectory(),
            DataDirectory.openOrCreate(template).passwordFile()
        }) {
            CommandResult.run(
                            folder,
                            Map.of(),
                            Duration.ofMinutes(1),
                            "cp",
                            "-a",
                            "--reflink=auto",
                            part.toString(),
                            folder.toString())
                    .printed();
        }
        return folder;
    }

    private static Path cluster() throws IOException {
        var parent = Path.of("target", "postgresql-cluster-" + migrations());
        var folder = parent.resolve("postgresql");
        if (Files.exists(parent.resolve("migrated"))) {
            return folder;
        }
        if (!Files.exists(folder)) {
            withPrograms(Files.createDirectories(parent));
        }
        try (var postgres = EmbeddedPostgres.start(folder)) {
            var database = postgres.connectionDetails();
            Flyway.configure()
                    .dataSource("jdbc:" + database.url(), database.username(), database.password())
                    .load()
                    .migrate();
        }
        Files.createFile(parent.resolve("migrated"));
        return folder;
    }

    /** A checksum of the migrations, so that changed ones get a new cluster. */
    private static String migrations() throws IOException {
        var checksum = new CRC32();
        try (var files = Files.list(MIGRATIONS)) {
            for (var file : files.sorted().toList()) {
                checksum.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().toHexDigits((int) checksum.getValue());
    }
}
