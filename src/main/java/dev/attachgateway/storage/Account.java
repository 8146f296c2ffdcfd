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
record Account(List<String> prefix, long uid) {
    private static final long NOBODY = 65534;

    /**
     * Finds the way that works on this machine. A new user namespace comes first: it needs no second account, and the
     * folder may lie where only root can go.
     */
    static Account find(Folder folder, Command probe) {
        long uid = new UnixSystem().getUid();
        List<Account> ways = uid != 0 ? List.of(new Account(List.of(), uid)) : waysForRoot();
        for (Account way : ways) {
            way.own(folder);
            if (probe.succeeds(
                    way.running("sh", "-c", PROBE, "probe", folder.path().toString()))) {
                return way;
            }
        }
        throw probe.log()
                .failure("PostgreSQL refuses to run as root, and no other account could be used for "
                        + folder.path()
                        + ". Start the gateway as an ordinary user, install util-linux (unshare, setpriv),"
                        + " put storage.folder where the account nobody may go, or give storage.url");
    }

    /** The words that run a program under this account. */
    List<String> running(String... words) {
        return Stream.concat(prefix.stream(), Stream.of(words)).toList();
    }

    private static final String PROBE =
            "test \"$(id -u)\" != 0 && test -w \"$1\" && \"$1\"/" + Folder.VERSION + "/bin/postgres --version";

    private static List<Account> waysForRoot() {
        String nobody = Long.toString(NOBODY);
        return List.of(
                new Account(List.of("unshare", "-U"), 0),
                new Account(List.of("setpriv", "--reuid", nobody, "--regid", nobody, "--clear-groups"), NOBODY),
                new Account(List.of("chroot", "--userspec=" + nobody + ":" + nobody, "/"), NOBODY));
    }

    // What an interrupted run left unfinished is passed over: its programs may still be writing and removing there.
    private void own(Folder folder) {
        try {
            own(folder.path());
            for (Path part : List.of(folder.binaries(), folder.cluster(), folder.password(), folder.log())) {
                try (Stream<Path> files = Files.exists(part) ? Files.walk(part) : Stream.empty()) {
                    for (Path file : files.toList()) {
                        own(file);
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StorageUnavailable(
                    "The storage folder " + folder.path() + " cannot be taken over: " + e + ".", e);
        }
    }

    private void own(Path file) throws IOException {
        if (!Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals((int) uid)) {
            Files.setAttribute(file, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
