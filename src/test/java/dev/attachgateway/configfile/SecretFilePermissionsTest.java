package dev.attachgateway.configfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves which modes of a secret file are accepted. */
class SecretFilePermissionsTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "mode {0}, owner {1}, process {2}: {3}")
    @CsvSource({
        "r--------, 10001, 10001, true",
        "rw-------, 0, 0, true",
        "r--r-----, 0, 10001, true",
        "rw-r-----, 0, 10001, true",
        "r--r-----, 0, 0, false",
        "r--r-----, 10001, 10001, false",
        "r--r-----, 10002, 10001, false",
        "r--rw----, 0, 10001, false",
        "r--r--r--, 0, 10001, false",
        "r-----r--, 10001, 10001, false",
        "rw-----w-, 10001, 10001, false"
    })
    void only_the_owner_and_the_group_of_a_root_file_may_read_it(
            String mode, int ownerUid, int processUid, boolean accepted) {
        assertThat(SecretFilePermissions.violation(PosixFilePermissions.fromString(mode), ownerUid, processUid)
                        .isEmpty())
                .isEqualTo(accepted);
    }

    @Test
    void the_target_of_a_symlink_is_checked_and_the_message_names_the_chmod()
            throws IOException, InvalidConfigFileException {
        var target = Files.writeString(folder.resolve("target"), "");
        var link = Files.createSymbolicLink(folder.resolve("link"), target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> SecretFilePermissions.check(link))
                .isInstanceOf(InvalidConfigFileException.class)
                .hasMessageContaining("chmod 0400 " + target.toRealPath());

        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--------"));
        SecretFilePermissions.check(link);
    }
}
