package dev.attachgateway.configfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * Who may read a file of secrets. The rule is PostgreSQL's for its TLS key: nobody but the owner; a file of root's may also be
 * read by its group, because that is how Kubernetes hands a secret to a process that is not root ({@code fsGroup}).
 */
final class SecretFilePermissions {
    private static final int ROOT_UID = 0;
    private static final Set<PosixFilePermission> OTHERS_PERMISSIONS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private SecretFilePermissions() {}

    /** Refuses a file that others can read; of a symbolic link, as Kubernetes mounts them, the target is looked at. */
    static void check(Path file) throws IOException, InvalidConfigFileException {
        try {
            Optional<String> fault = violation(
                    Files.getPosixFilePermissions(file), (Integer) Files.getAttribute(file, "unix:uid"), (Integer)
                            Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            if (fault.isPresent()) {
                throw new InvalidConfigFileException(fault.get() + ": chmod 0400 " + file.toRealPath());
            }
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new InvalidConfigFileException("lies where nobody can say who may read it");
        }
    }

    /**
     * What is wrong with the mode of a file.
     *
     * @param owner the file's user id
     * @param self the user id of this process
     */
    static Optional<String> violation(Set<PosixFilePermission> mode, int owner, int self) {
        if (mode.stream().anyMatch(OTHERS_PERMISSIONS::contains) || mode.contains(PosixFilePermission.GROUP_WRITE)) {
            return Optional.of("can be used by others than its owner");
        }
        if (mode.contains(PosixFilePermission.GROUP_READ) && (owner != ROOT_UID || self == ROOT_UID)) {
            return Optional.of("can be read by its group");
        }
        return Optional.empty();
    }
}
