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

class SecretFilePermissionsTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} of {1} for {2}: {3}")
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
    void nobody_but_the_owner_reads_it_and_of_roots_file_the_group(String mode, int owner, int self, boolean good) {
        assertThat(SecretFilePermissions.violation(PosixFilePermissions.fromString(mode), owner, self)
                        .isEmpty())
                .isEqualTo(good);
    }

    @Test
    void of_a_symbolic_link_the_target_is_looked_at_and_the_refusal_says_what_to_do()
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
