package dev.attachgateway.access.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.configfile.ConfigFileSource;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the grants file is reloaded on every kind of change, and that its last valid version stays in force. */
class FileAccessPolicyTest {
    private static final String FILE = """
            grants:
              - {name: one, issuer: sandbox, subjects: [%s], projects: ["*"], actions: [read]}
            """;

    @TempDir
    Path folder;

    @Test
    void edits_renames_and_symlink_swaps_are_detected() throws IOException {
        Path first = Files.writeString(folder.resolve("first"), FILE.formatted("ann"));
        Path file = Files.createSymbolicLink(folder.resolve("grants.yaml"), first);
        FileAccessPolicy grants = open(file);
        assertAllowed(grants, "ann");

        Files.writeString(first, FILE.formatted("bob"));
        awaitAllowed(grants, "bob");
        Files.move(
                Files.writeString(folder.resolve("new"), FILE.formatted("cat")), first, StandardCopyOption.ATOMIC_MOVE);
        awaitAllowed(grants, "cat");
        Path second = Files.writeString(folder.resolve("second"), FILE.formatted("dan"));
        Files.move(Files.createSymbolicLink(folder.resolve("swap"), second), file, StandardCopyOption.ATOMIC_MOVE);
        awaitAllowed(grants, "dan");
        assertThat(isAllowed(grants, "cat")).isFalse();
        grants.close();
    }

    @Test
    void an_invalid_file_is_rejected_and_the_last_valid_one_stays_in_force() throws IOException {
        Path file = Files.writeString(folder.resolve("grants.yaml"), FILE.formatted("ann"));
        FileAccessPolicy grants = open(file);

        Files.writeString(file, FILE.formatted("bob").replace("actions", "acts"));
        await().atMost(Timeouts.CONDITION).until(grants::isBroken);
        assertAllowed(grants, "ann");
        Files.delete(file);
        await().atMost(Timeouts.CONDITION).until(grants::isBroken);
        assertAllowed(grants, "ann");
        Files.writeString(file, FILE.formatted("cat"));
        awaitAllowed(grants, "cat");
        assertThat(grants.isBroken()).isFalse();
        grants.close();
    }

    @Test
    void an_unusable_file_prevents_the_start() throws IOException {
        assertThatThrownBy(() -> open(folder.resolve("missing")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("missing is unusable: does not exist.");
        Path broken = Files.writeString(folder.resolve("broken"), "grants: [");
        assertThatThrownBy(() -> open(broken))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void the_bundled_file_grants_the_sandbox_groups_their_actions() {
        FileAccessPolicy grants = open(ConfigFileSource.of("classpath:sandbox/grants.yaml"));
        String firstProject = "0123456789abcdef0123456789abcdef";
        String secondProject = "89abcdef0123456789abcdef01234567";

        for (Action action : Action.values()) {
            assertThat(isAllowed(grants, "attachers", action, firstProject)).isEqualTo(action != Action.OPERATE);
            assertThat(isAllowed(grants, "viewers", action, firstProject)).isEqualTo(action == Action.READ);
            assertThat(isAllowed(grants, "attachers", action, secondProject)).isFalse();
            assertThat(isAllowed(grants, "operators", action, secondProject)).isTrue();
            assertThat(isAllowed(grants, "others", action, firstProject)).isFalse();
        }
        grants.close();
    }

    private static boolean isAllowed(AccessPolicy accessPolicy, String group, Action action, String project) {
        var caller = new Caller("sandbox", "subject", Set.of(group));
        return accessPolicy.decide(caller, action, project, "s", "d") instanceof Decision.Allowed;
    }

    private static void awaitAllowed(FileAccessPolicy grants, String subject) {
        await().atMost(Timeouts.CONDITION).untilAsserted(() -> assertAllowed(grants, subject));
    }

    private static void assertAllowed(FileAccessPolicy grants, String subject) {
        assertThat(isAllowed(grants, subject)).isTrue();
    }

    private static boolean isAllowed(FileAccessPolicy grants, String subject) {
        return grants.hasAnyGrant(new Caller("sandbox", subject, Set.of()), "p");
    }

    private static FileAccessPolicy open(Path file) {
        return open(ConfigFileSource.of(file.toString()));
    }

    private static FileAccessPolicy open(ConfigFileSource source) {
        return new FileAccessPolicy(
                source, new GrantsFileParser(Set.of("sandbox", "access-key")), Duration.ofMillis(20));
    }

    @Test
    void a_file_above_1_MiB_is_rejected() throws IOException {
        Path file = Files.writeString(folder.resolve("grants.yaml"), FILE.formatted("ann") + "#".repeat(1 << 20));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is larger than 1 MiB");
    }
}
