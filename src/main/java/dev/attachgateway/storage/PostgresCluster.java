package dev.attachgateway.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The data itself: made once, all at once, with the gateway's database in it. */
final class PostgresCluster {
    static final String DATABASE = "attach_gateway";
    static final String SUPERUSER = "attach_gateway";
    private static final int PASSWORD_BYTES = 24;

    private PostgresCluster() {}

    /** Makes the cluster unless there is one; one whose making was interrupted is thrown away. */
    static void makeIn(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresCommand command) {
        Path cluster = dataDirectory.cluster();
        try {
            if (isEmpty(cluster)) {
                if (!Files.exists(dataDirectory.password())) {
                    writePassword(dataDirectory, postgresUser);
                }
                initialise(dataDirectory, postgresUser, command);
            }
        } catch (IOException e) {
            throw new StorageUnavailableException(cluster + " cannot be made: " + e + ".", e);
        }
        requireSameVersion(cluster);
    }

    private static void requireSameVersion(Path cluster) {
        try {
            String made = Files.readString(cluster.resolve("PG_VERSION")).strip();
            if (!DataDirectory.VERSION.startsWith(made + ".")) {
                throw new StorageUnavailableException(cluster + " was made by PostgreSQL " + made + " and this is "
                        + DataDirectory.VERSION + ". Dump it with the old version and restore it into a new folder.");
            }
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    cluster + " is not a complete PostgreSQL cluster: " + e
                            + ". Restore it from a backup, or move it away to begin with an empty one.",
                    e);
        }
    }

    /** The superuser's password. */
    static String password(DataDirectory dataDirectory) {
        try {
            return Files.readString(dataDirectory.password()).strip();
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "The password of " + dataDirectory.cluster() + " cannot be read: " + e
                            + ". Restore that file: it belongs to the data.",
                    e);
        }
    }

    private static boolean isEmpty(Path cluster) throws IOException {
        if (!Files.exists(cluster)) {
            return true;
        }
        try (var files = Files.list(cluster)) {
            return files.findAny().isEmpty();
        }
    }

    private static void initialise(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresCommand command)
            throws IOException {
        Path unfinished = DataDirectory.unfinished(dataDirectory.cluster());
        command.run(
                postgresUser.running(
                        dataDirectory.program("initdb").toString(),
                        "--pgdata=" + unfinished,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + dataDirectory.password(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--data-checksums"),
                "");
        command.run(
                postgresUser.running(
                        dataDirectory.program("postgres").toString(),
                        "--single",
                        "-D",
                        unfinished.toString(),
                        "postgres"),
                "CREATE DATABASE " + DATABASE + "\n");
        DataDirectory.finish(unfinished, dataDirectory.cluster());
    }

    private static void writePassword(DataDirectory dataDirectory, PostgresUser postgresUser) throws IOException {
        byte[] secret = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(secret);
        Path unfinished = DataDirectory.unfinished(dataDirectory.password());
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel file =
                FileChannel.open(unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            file.write(StandardCharsets.US_ASCII.encode(HexFormat.of().formatHex(secret) + "\n"));
            file.force(true);
        }
        Files.setAttribute(unfinished, "unix:uid", Math.toIntExact(postgresUser.uid()));
        DataDirectory.finish(unfinished, dataDirectory.password());
    }
}
