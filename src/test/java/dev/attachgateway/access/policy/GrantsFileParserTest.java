package dev.attachgateway.access.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.configfile.InvalidConfigFileException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves which actions a grants file allows, and that invalid files are rejected with the line of the error. */
class GrantsFileParserTest {
    private static final String P1 = "0123456789abcdef0123456789abcdef";
    private static final String P2 = "89abcdef0123456789abcdef01234567";
    private static final Caller ATTACHER = new Caller("sandbox", "attacher", Set.of("attachers"));
    private static final Caller CI = new Caller("ci", "builder", Set.of("attachers"));

    private static final String FILE = """
            grants:
              - name: attachers
                issuer: sandbox
                groups: [attachers]
                projects: ["0123456789ABCDEF0123456789abcdef"]
                servers: [s1]
                disks: ["*"]
                actions: [read, attach]
              - name: builder
                issuer: ci
                subjects: [builder]
                projects: ["*"]
                actions: [detach]
            """;

    @Test
    void only_granted_actions_are_allowed() throws InvalidConfigFileException {
        GrantPolicy grants = read(FILE);

        assertThat(grants.decide(ATTACHER, Action.ATTACH, P1, "s1", "d")).isEqualTo(new Decision.Allowed("attachers"));
        assertDenied(grants, ATTACHER, Action.DETACH, P1, "s1", "d");
        assertDenied(grants, ATTACHER, Action.ATTACH, P1, "s2", "d");
        assertDenied(grants, ATTACHER, Action.ATTACH, P2, "s1", "d");
        assertDenied(grants, CI, Action.ATTACH, P1, "s1", "d");
        assertDenied(grants, new Caller("sandbox", "attachers", Set.of()), Action.ATTACH, P1, "s1", "d");
        assertThat(grants.decide(CI, Action.DETACH, P2, "any", "d")).isEqualTo(new Decision.Allowed("builder"));
        assertDenied(grants, new Caller("sandbox", "builder", Set.of()), Action.DETACH, P2, "any", "d");
    }

    @Test
    void a_decision_without_a_server_needs_a_grant_for_any_server() throws InvalidConfigFileException {
        GrantPolicy grants = read(FILE);

        assertThat(grants.decide(ATTACHER, Action.READ, P1, null, null)).isInstanceOf(Decision.Allowed.class);
        assertDenied(grants, ATTACHER, Action.OPERATE, P1, null, null);
    }

    @Test
    void any_grant_in_a_project_gives_access_to_the_project() throws InvalidConfigFileException {
        GrantPolicy grants = read(FILE);

        assertThat(grants.hasAnyGrant(ATTACHER, P1)).isTrue();
        assertThat(grants.hasAnyGrant(ATTACHER, P2)).isFalse();
        assertThat(grants.hasAnyGrant(CI, P2)).isTrue();
        assertThat(read("grants: []").hasAnyGrant(CI, P2)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "actions: [read, attach]   | actions: [read, fly]      | line 2: grant 'attachers': unknown action 'fly'",
                "servers: [s1]             | server: [s1]              | line 2: the grant has an unknown field 'server'",
                "servers: [s1]             | servers: []               | line 2: grant 'attachers' needs servers",
                "servers: [s1]             | servers: [12e4]           | line 2: the grant has a value that is not text",
                "groups: [attachers]       | groups: ['*']             | groups must be named one by one",
                "groups: [attachers]       | groups: []                | needs groups",
                "groups: [attachers]       | groups:                   | needs groups or subjects",
                "issuer: sandbox           | issuer: absent            | issuer 'absent' is not configured",
                "name: builder             | name: attachers           | line 9: another grant is named 'attachers' already",
                "name: builder             | nome: builder             | line 9: a grant needs a name",
                "disks: ['*']              | disks: ['a b']            | 'a b' in disks is neither an id nor *",
                "issuer: ci                | issuer: ci\\n    issuer: ci | line 11: Duplicate field 'issuer'",
                "grants:                   | grant:                    | line 1: the file must be a single list named grants",
            })
    void an_invalid_file_is_rejected_with_the_line_of_the_error(String valid, String invalid, String message) {
        String file = FILE.replace("\"*\"", "'*'").replaceFirst(Pattern.quote(valid), invalid.replace("\\n", "\n"));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(InvalidConfigFileException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("dev.attachgateway");
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "'# nothing'",
        "'grants:'",
        "'[]'",
        "'grants: [null]'",
        "'grants: [x]'",
        "'grants: [[]]'",
        "'grants: []\n---\ngrants: []'",
        "'grants: []\ngrants: []'",
        "'{grants: [], more: 1}'"
    })
    void a_file_without_a_list_of_grants_is_rejected(String file) {
        assertThatThrownBy(() -> read(file)).isInstanceOf(InvalidConfigFileException.class);
    }

    private static void assertDenied(
            GrantPolicy grants,
            Caller caller,
            Action action,
            String project,
            @Nullable String server,
            @Nullable String disk) {
        assertThat(grants.decide(caller, action, project, server, disk)).isInstanceOf(Decision.Denied.class);
    }

    private static GrantPolicy read(String file) throws InvalidConfigFileException {
        return new GrantsFileParser(Set.of("sandbox", "ci")).parse(file.getBytes(StandardCharsets.UTF_8));
    }
}
