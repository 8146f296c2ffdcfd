package dev.attachgateway.storage;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The account that runs PostgreSQL's programs, which refuse to run as root.
 *
 * @param commandPrefix the command that switches to that account and then executes the program, with the same process id
 * @param uid the required owner of its files, seen from this process
 */
record PostgresUser(List<String> commandPrefix, long uid) {
    private static final long NOBODY_UID = 65534;

    /**
     * Finds an account that works on this machine. A new user namespace is tried first: it needs no second account, and the
     * folder may be where only root has access.
     */
    static PostgresUser findUsable(DataDirectory dataDirectory, PostgresCommand probe) {
        long uid = new UnixSystem().getUid();
        var candidates = uid != 0 ? List.of(new PostgresUser(List.of(), uid)) : candidatesForRoot();
        for (var candidate : candidates) {
            candidate.changeOwner(dataDirectory);
            if (probe.succeeds(candidate.wrapCommand(
                    "sh", "-c", PROBE_SCRIPT, "probe", dataDirectory.path().toString()))) {
                return candidate;
            }
        }
        throw probe.log()
                .exceptionWithTail("PostgreSQL refuses to run as root, and no other account could be used for "
                        + dataDirectory.path()
                        + ". Start the gateway as an ordinary user, install util-linux (unshare, setpriv),"
                        + " put storage.folder where the account nobody has access, or set storage.url");
    }

    /** The command line that runs a program under this account. */
    List<String> wrapCommand(String... command) {
        return Stream.concat(commandPrefix.stream(), Stream.of(command)).toList();
    }

    private static final String PROBE_SCRIPT = "test \"$(id -u)\" != 0 && test -w \"$1\" && \"$1\"/"
            + DataDirectory.POSTGRES_VERSION + "/bin/postgres --version";

    private static List<PostgresUser> candidatesForRoot() {
        String nobody = Long.toString(NOBODY_UID);
        return List.of(
                new PostgresUser(List.of("unshare", "-U"), 0),
                new PostgresUser(
                        List.of("setpriv", "--reuid", nobody, "--regid", nobody, "--clear-groups"), NOBODY_UID),
                new PostgresUser(List.of("chroot", "--userspec=" + nobody + ":" + nobody, "/"), NOBODY_UID));
    }

    // Leftovers of interrupted runs are skipped: their programs may still be writing and removing there.
    private void changeOwner(DataDirectory dataDirectory) {
        try {
            changeOwner(dataDirectory.path());
            for (Path part : List.of(
                    dataDirectory.binariesDirectory(),
                    dataDirectory.clusterDirectory(),
                    dataDirectory.passwordFile(),
                    dataDirectory.logFile())) {
                try (Stream<Path> files = Files.exists(part) ? Files.walk(part) : Stream.empty()) {
                    for (Path file : files.toList()) {
                        changeOwner(file);
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StorageUnavailableException(
                    "The storage folder " + dataDirectory.path() + " cannot be given to the account of PostgreSQL: " + e
                            + ".",
                    e);
        }
    }

    private void changeOwner(Path file) throws IOException {
        if (!Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals((int) uid)) {
            Files.setAttribute(file, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
