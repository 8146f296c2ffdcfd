package dev.attachgateway.operation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.problem.type.ProblemType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stored failures keep their names, whatever the problem types are called. */
class FailureKindsTest {
    @ParameterizedTest
    @CsvSource({
        "SERVER_NOT_FOUND, SERVER_NOT_FOUND",
        "DISK_NOT_FOUND, DISK_NOT_FOUND",
        "SERVER_KIND, UNSUPPORTED_SERVER_TYPE",
        "SERVER_STATE, SERVER_STATE",
        "DISK_ALREADY_HERE, DISK_ALREADY_ATTACHED",
        "DISK_IN_USE, DISK_IN_USE",
        "DISK_STATE, DISK_STATE",
        "DISK_NOT_HERE, DISK_NOT_ATTACHED",
        "ROOT_DISK, ROOT_DISK",
        "NOT_GRANTED, NOT_GRANTED",
        "CANCELLED, CANCELLED",
        "RELEASED, RELEASED",
        "UNDONE, ROLLED_BACK",
        "REFUSED, CLOUD_REFUSED",
        "CREDENTIAL, CLOUD_CREDENTIAL",
        "FAILED_LATER, CLOUD_FAILED",
        "NOT_CHECKED, CLOUD_NOT_READABLE",
        "NOT_SENT, NOT_SENT"
    })
    void each_name_that_any_version_stored_is_one_problem_type_and_is_stored_again(String name, ProblemType type) {
        assertThat(FailureKinds.typeOf(name)).isEqualTo(type);
        assertThat(FailureKinds.nameOf(type)).isEqualTo(name);
    }

    @Test
    void each_failure_is_read_back_as_the_same_problem_type() {
        assertThat(FailureKinds.types())
                .hasSize(18)
                .allSatisfy(type -> assertThat(FailureKinds.typeOf(FailureKinds.nameOf(type)))
                        .isEqualTo(type));
    }

    @Test
    void an_operation_fails_only_with_a_problem_type_that_can_be_stored() {
        assertThat(otherTypes())
                .isNotEmpty()
                .allSatisfy(type -> assertThatThrownBy(() -> OperationFailure.of(type, "No."))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(type.name()));
    }

    private static Stream<ProblemType> otherTypes() {
        return Arrays.stream(ProblemType.values())
                .filter(type -> !FailureKinds.types().contains(type));
    }

    @Test
    void an_unknown_name_is_no_problem_type() {
        assertThatThrownBy(() -> FailureKinds.typeOf("Refused")).isInstanceOf(IllegalStateException.class);
    }
}
