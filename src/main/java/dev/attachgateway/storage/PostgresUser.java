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
 * The account PostgreSQL's programs run under: they refuse to run as root.
 *
 * @param prefix the command that turns into that account and then into the program, keeping the process id
 * @param uid owner its files must have, seen from here
 */
record PostgresUser(List<String> prefix, long uid) {
    private static final long NOBODY = 65534;

    /**
     * Finds the way that works on this machine. A new user namespace comes first: it needs no second account, and the
     * folder may lie where only root can go.
     */
    static PostgresUser find(DataDirectory dataDirectory, PostgresCommand probe) {
        long uid = new UnixSystem().getUid();
        List<PostgresUser> ways = uid != 0 ? List.of(new PostgresUser(List.of(), uid)) : waysForRoot();
        for (PostgresUser way : ways) {
            way.own(dataDirectory);
            if (probe.succeeds(
                    way.running("sh", "-c", PROBE, "probe", dataDirectory.path().toString()))) {
                return way;
            }
        }
        throw probe.log()
                .failure("PostgreSQL refuses to run as root, and no other account could be used for "
                        + dataDirectory.path()
                        + ". Start the gateway as an ordinary user, install util-linux (unshare, setpriv),"
                        + " put storage.folder where the account nobody may go, or give storage.url");
    }

    /** The words that run a program under this account. */
    List<String> running(String... words) {
        return Stream.concat(prefix.stream(), Stream.of(words)).toList();
    }

    private static final String PROBE =
            "test \"$(id -u)\" != 0 && test -w \"$1\" && \"$1\"/" + DataDirectory.VERSION + "/bin/postgres --version";

    private static List<PostgresUser> waysForRoot() {
        String nobody = Long.toString(NOBODY);
        return List.of(
                new PostgresUser(List.of("unshare", "-U"), 0),
                new PostgresUser(List.of("setpriv", "--reuid", nobody, "--regid", nobody, "--clear-groups"), NOBODY),
                new PostgresUser(List.of("chroot", "--userspec=" + nobody + ":" + nobody, "/"), NOBODY));
    }

    // What an interrupted run left unfinished is passed over: its programs may still be writing and removing there.
    private void own(DataDirectory dataDirectory) {
        try {
            own(dataDirectory.path());
            for (Path part : List.of(
                    dataDirectory.binaries(), dataDirectory.cluster(), dataDirectory.password(), dataDirectory.log())) {
                try (Stream<Path> files = Files.exists(part) ? Files.walk(part) : Stream.empty()) {
                    for (Path file : files.toList()) {
                        own(file);
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StorageUnavailableException(
                    "The storage folder " + dataDirectory.path() + " cannot be taken over: " + e + ".", e);
        }
    }

    private void own(Path file) throws IOException {
        if (!Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals((int) uid)) {
            Files.setAttribute(file, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
