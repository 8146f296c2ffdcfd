package dev.attachgateway.operation.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.problem.type.ProblemType;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The column {@code failure} has the form in which every version wrote it. */
class StoredFailureTest {
    private static final String STORED = """
            {"kind": "DISK_ALREADY_HERE", "code": "Gateway.DiskAlreadyHere", "message": "It is attached already.",
             "others": [{"kind": "SERVER_STATE", "code": "Gateway.ServerState", "message": "It is BUILDING."}]}""";

    private static final OperationFailure FAILURE = new OperationFailure(
            ProblemType.DISK_ALREADY_ATTACHED,
            "Gateway.DiskAlreadyHere",
            "It is attached already.",
            List.of(OperationFailure.of(ProblemType.SERVER_STATE, "It is BUILDING.")));

    @Test
    void a_failure_of_an_earlier_version_is_read_with_its_code_and_its_further_failures() {
        assertThat(OperationRowMapper.failure(new JsonObject(STORED))).isEqualTo(FAILURE);
    }

    @Test
    void a_failure_is_stored_as_earlier_versions_stored_it() {
        assertThat(OperationRowMapper.failure(new OperationState.Failed(0, FAILURE, null)))
                .isEqualTo(new JsonObject(STORED));
    }

    @Test
    void a_failure_without_further_ones_is_stored_without_them() {
        var failed = new OperationState.Failed(1, OperationFailure.notSent("Too late."), null);
        assertThat(OperationRowMapper.failure(failed)).isEqualTo(new JsonObject("""
                        {"kind": "NOT_SENT", "code": "Gateway.NotSent", "message": "Too late."}"""));
    }
}
