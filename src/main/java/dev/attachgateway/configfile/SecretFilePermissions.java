package dev.attachgateway.configfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the permissions of a secret file by PostgreSQL's rule for its TLS key: only the owner may read it; a file owned by
 * root may also be read by its group, because Kubernetes mounts secrets like that for non-root processes ({@code fsGroup}).
 */
final class SecretFilePermissions {
    private static final int ROOT_UID = 0;
    private static final Set<PosixFilePermission> OTHERS_PERMISSIONS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private SecretFilePermissions() {}

    /** Rejects a file that others can read; symbolic links, as in Kubernetes mounts, are followed. */
    static void check(Path file) throws IOException, InvalidConfigFileException {
        try {
            Optional<String> violation = violation(
                    Files.getPosixFilePermissions(file), (Integer) Files.getAttribute(file, "unix:uid"), (Integer)
                            Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            if (violation.isPresent()) {
                throw new InvalidConfigFileException(violation.get() + ": chmod 0400 " + file.toRealPath());
            }
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new InvalidConfigFileException("is on a file system without POSIX permissions");
        }
    }

    /**
     * Returns the violation of the rule by a file's mode; empty when there is none.
     *
     * @param ownerUid the file's user id
     * @param processUid the user id of this process
     */
    static Optional<String> violation(Set<PosixFilePermission> mode, int ownerUid, int processUid) {
        if (mode.stream().anyMatch(OTHERS_PERMISSIONS::contains) || mode.contains(PosixFilePermission.GROUP_WRITE)) {
            return Optional.of("is accessible to users other than its owner");
        }
        if (mode.contains(PosixFilePermission.GROUP_READ) && (ownerUid != ROOT_UID || processUid == ROOT_UID)) {
            return Optional.of("is readable by its group");
        }
        return Optional.empty();
    }
}
