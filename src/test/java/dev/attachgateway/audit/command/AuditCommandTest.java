package dev.attachgateway.audit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arguments of the audit commands are parsed strictly. */
class AuditCommandTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @Test
    void valid_arguments_are_parsed() {
        assertThat(AuditCommand.parse(List.of("verify", "--expect", "7:" + HASH)))
                .isEqualTo(new AuditCommand.Verify(Map.of(7L, HASH)));
        assertThat(AuditCommand.parse(List.of(
                        "export", "--since", "2026-11-28", "--until", "2026-11-28T12:00:00Z", "--project", "p")))
                .isEqualTo(new AuditCommand.Export(
                        Instant.parse("2026-11-28T00:00:00Z"), Instant.parse("2026-11-28T12:00:00Z"), "p"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "remove",
                "verify --expect",
                "verify --since 2026-11-28",
                "verify --expect 7",
                "verify --expect 7:abc",
                "export --since",
                "export --since yesterday",
                "export --until 2026-13-01",
                "export --expect 7",
                "export --since 2026-11-28 --until 2026-11-28"
            })
    void invalid_arguments_are_rejected_with_the_expected_form(String arguments) {
        assertThatThrownBy(() -> AuditCommand.parse(arguments.isEmpty() ? List.of() : List.of(arguments.split(" "))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "(?s)audit verify.*audit export.*|.* is no (seal|time).*|--since must be before --until");
    }
}
