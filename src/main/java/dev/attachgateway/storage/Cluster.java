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
final class Cluster {
    static final String DATABASE = "attach_gateway";
    static final String SUPERUSER = "attach_gateway";
    private static final int PASSWORD_BYTES = 24;

    private Cluster() {}

    /** Makes the cluster unless there is one; one whose making was interrupted is thrown away. */
    static void makeIn(Folder folder, Account account, Command command) {
        Path cluster = folder.cluster();
        try {
            if (isEmpty(cluster)) {
                if (!Files.exists(folder.password())) {
                    writePassword(folder, account);
                }
                initialise(folder, account, command);
            }
        } catch (IOException e) {
            throw new StorageUnavailable(cluster + " cannot be made: " + e + ".", e);
        }
        requireSameVersion(cluster);
    }

    private static void requireSameVersion(Path cluster) {
        try {
            String made = Files.readString(cluster.resolve("PG_VERSION")).strip();
            if (!Folder.VERSION.startsWith(made + ".")) {
                throw new StorageUnavailable(cluster + " was made by PostgreSQL " + made + " and this is "
                        + Folder.VERSION + ". Dump it with the old version and restore it into a new folder.");
            }
        } catch (IOException e) {
            throw new StorageUnavailable(
                    cluster + " is not a complete PostgreSQL cluster: " + e
                            + ". Restore it from a backup, or move it away to begin with an empty one.",
                    e);
        }
    }

    /** The superuser's password. */
    static String password(Folder folder) {
        try {
            return Files.readString(folder.password()).strip();
        } catch (IOException e) {
            throw new StorageUnavailable(
                    "The password of " + folder.cluster() + " cannot be read: " + e
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

    private static void initialise(Folder folder, Account account, Command command) throws IOException {
        Path unfinished = Folder.unfinished(folder.cluster());
        command.run(
                account.running(
                        folder.program("initdb").toString(),
                        "--pgdata=" + unfinished,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + folder.password(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--data-checksums"),
                "");
        command.run(
                account.running(
                        folder.program("postgres").toString(), "--single", "-D", unfinished.toString(), "postgres"),
                "CREATE DATABASE " + DATABASE + "\n");
        Folder.finish(unfinished, folder.cluster());
    }

    private static void writePassword(Folder folder, Account account) throws IOException {
        byte[] secret = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(secret);
        Path unfinished = Folder.unfinished(folder.password());
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel file =
                FileChannel.open(unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            file.write(StandardCharsets.US_ASCII.encode(HexFormat.of().formatHex(secret) + "\n"));
            file.force(true);
        }
        Files.setAttribute(unfinished, "unix:uid", Math.toIntExact(account.uid()));
        Folder.finish(unfinished, folder.password());
    }
}
