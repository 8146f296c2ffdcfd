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

class FileAccessPolicyTest {
    private static final String FILE = """
            grants:
              - {name: one, issuer: sandbox, subjects: [%s], projects: ["*"], actions: [read]}
            """;

    @TempDir
    Path folder;

    @Test
    void an_edit_a_rename_and_a_symlink_swap_are_all_seen() throws IOException {
        Path first = Files.writeString(folder.resolve("first"), FILE.formatted("ann"));
        Path file = Files.createSymbolicLink(folder.resolve("grants.yaml"), first);
        FileAccessPolicy grants = open(file);
        assertMay(grants, "ann");

        Files.writeString(first, FILE.formatted("bob"));
        awaitMay(grants, "bob");
        Files.move(
                Files.writeString(folder.resolve("new"), FILE.formatted("cat")), first, StandardCopyOption.ATOMIC_MOVE);
        awaitMay(grants, "cat");
        Path second = Files.writeString(folder.resolve("second"), FILE.formatted("dan"));
        Files.move(Files.createSymbolicLink(folder.resolve("swap"), second), file, StandardCopyOption.ATOMIC_MOVE);
        awaitMay(grants, "dan");
        assertThat(may(grants, "cat")).isFalse();
        grants.close();
    }

    @Test
    void a_broken_new_file_is_refused_and_the_last_good_one_stays() throws IOException {
        Path file = Files.writeString(folder.resolve("grants.yaml"), FILE.formatted("ann"));
        FileAccessPolicy grants = open(file);

        Files.writeString(file, FILE.formatted("bob").replace("actions", "acts"));
        await().atMost(Timeouts.CONDITION).until(grants::isBroken);
        assertMay(grants, "ann");
        Files.delete(file);
        await().atMost(Timeouts.CONDITION).until(grants::isBroken);
        assertMay(grants, "ann");
        Files.writeString(file, FILE.formatted("cat"));
        awaitMay(grants, "cat");
        assertThat(grants.isBroken()).isFalse();
        grants.close();
    }

    @Test
    void without_a_usable_file_there_is_no_start() throws IOException {
        assertThatThrownBy(() -> open(folder.resolve("missing")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("missing is unusable: does not exist.");
        Path broken = Files.writeString(folder.resolve("broken"), "grants: [");
        assertThatThrownBy(() -> open(broken))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void the_bundled_file_says_who_may_what_in_the_practice_cloud() {
        FileAccessPolicy grants = open(ConfigFileSource.of("classpath:sandbox/grants.yaml"));
        String one = "0123456789abcdef0123456789abcdef";
        String two = "89abcdef0123456789abcdef01234567";

        for (Action action : Action.values()) {
            assertThat(allowed(grants, "attachers", action, one)).isEqualTo(action != Action.OPERATE);
            assertThat(allowed(grants, "viewers", action, one)).isEqualTo(action == Action.READ);
            assertThat(allowed(grants, "attachers", action, two)).isFalse();
            assertThat(allowed(grants, "operators", action, two)).isTrue();
            assertThat(allowed(grants, "others", action, one)).isFalse();
        }
        grants.close();
    }

    private static boolean allowed(AccessPolicy accessPolicy, String group, Action action, String project) {
        Caller caller = new Caller("sandbox", "someone", Set.of(group));
        return accessPolicy.decide(caller, action, project, "s", "d") instanceof Decision.Allowed;
    }

    private static void awaitMay(FileAccessPolicy grants, String subject) {
        await().atMost(Timeouts.CONDITION).untilAsserted(() -> assertMay(grants, subject));
    }

    private static void assertMay(FileAccessPolicy grants, String subject) {
        assertThat(may(grants, subject)).isTrue();
    }

    private static boolean may(FileAccessPolicy grants, String subject) {
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
    void a_file_of_more_than_a_mebibyte_is_not_read() throws IOException {
        Path file = Files.writeString(folder.resolve("grants.yaml"), FILE.formatted("ann") + "#".repeat(1 << 20));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is larger than 1 MiB");
    }
}
