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

/** The database cluster with the gateway's database; it is created once, atomically. */
final class PostgresCluster {
    static final String DATABASE = "attach_gateway";
    static final String SUPERUSER = "attach_gateway";
    private static final int PASSWORD_BYTES = 24;

    private PostgresCluster() {}

    /** Creates the cluster unless there is one; the leftovers of an interrupted creation are discarded. */
    static void createIn(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresCommand command) {
        Path cluster = dataDirectory.clusterDirectory();
        try {
            if (isEmpty(cluster)) {
                if (!Files.exists(dataDirectory.passwordFile())) {
                    writePassword(dataDirectory, postgresUser);
                }
                initialize(dataDirectory, postgresUser, command);
            }
        } catch (IOException e) {
            throw new StorageUnavailableException(cluster + " cannot be created: " + e + ".", e);
        }
        requireSameVersion(cluster);
    }

    private static void requireSameVersion(Path cluster) {
        try {
            String version = Files.readString(cluster.resolve("PG_VERSION")).strip();
            if (!DataDirectory.POSTGRES_VERSION.startsWith(version + ".")) {
                throw new StorageUnavailableException(cluster + " was created by PostgreSQL " + version
                        + " and this is " + DataDirectory.POSTGRES_VERSION
                        + ". Dump it with the old version and restore it into a new folder.");
            }
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    cluster + " is not a complete PostgreSQL cluster: " + e
                            + ". Restore it from a backup, or move it away to begin with an empty one.",
                    e);
        }
    }

    /** The superuser's password. */
    static String readPassword(DataDirectory dataDirectory) {
        try {
            return Files.readString(dataDirectory.passwordFile()).strip();
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "The password of " + dataDirectory.clusterDirectory() + " cannot be read: " + e
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

    private static void initialize(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresCommand command)
            throws IOException {
        Path unfinished = DataDirectory.newTemporaryPath(dataDirectory.clusterDirectory());
        command.run(
                postgresUser.wrapCommand(
                        dataDirectory.programFile("initdb").toString(),
                        "--pgdata=" + unfinished,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + dataDirectory.passwordFile(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--data-checksums"),
                "");
        command.run(
                postgresUser.wrapCommand(
                        dataDirectory.programFile("postgres").toString(),
                        "--single",
                        "-D",
                        unfinished.toString(),
                        "postgres"),
                "create database " + DATABASE + "\n");
        DataDirectory.moveIntoPlace(unfinished, dataDirectory.clusterDirectory());
    }

    private static void writePassword(DataDirectory dataDirectory, PostgresUser postgresUser) throws IOException {
        byte[] secret = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(secret);
        Path unfinished = DataDirectory.newTemporaryPath(dataDirectory.passwordFile());
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel file =
                FileChannel.open(unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            file.write(StandardCharsets.US_ASCII.encode(HexFormat.of().formatHex(secret) + "\n"));
            file.force(true);
        }
        Files.setAttribute(unfinished, "unix:uid", Math.toIntExact(postgresUser.uid()));
        DataDirectory.moveIntoPlace(unfinished, dataDirectory.passwordFile());
    }
}
