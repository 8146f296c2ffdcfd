package dev.attachgateway.attach;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.problem.type.ProblemBuilder;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The result of a dry run.
 *
 * @param wouldBeAccepted whether the response to the request would be an operation, at once or later
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "DryRun",
        requiredProperties = {"dry_run", "would_be_accepted", "operation_type", "server_id", "volume_id", "checks"})
record DryRunJson(
        boolean dryRun,

        @Schema(
                description =
                        "True when every check is passed, or when the request would replay or join an existing operation.")
        boolean wouldBeAccepted,

        @Schema(enumeration = {"node_attach_volume", "node_detach_volume"})
        String operationType,

        @Schema(pattern = CloudIds.UUID_REGEX) String serverId,
        @Schema(pattern = CloudIds.UUID_REGEX) String volumeId,
        List<Check> checks) {

    /**
     * One check.
     *
     * @param ok null when the check could not be made or was skipped
     * @param found the finding, one sentence
     * @param status the status of the response when the request would be refused
     * @param errorCode the {@code error_code} of that response
     * @param operationId the operation concerned, where the caller may read it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @Schema(
            name = "DryRunCheck",
            requiredProperties = {"check", "ok", "found", "next_step"})
    record Check(
            @Schema(
                    enumeration = {
                        "who",
                        "shape",
                        "grant",
                        "credential",
                        "cloud",
                        "key",
                        "reservation",
                        "server",
                        "disk",
                        "line"
                    })
            String check,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Schema(nullable = true) @Nullable
            Boolean ok,

            String found,
            @Nullable Integer status,
            @Nullable String errorCode,
            String nextStep,
            @Nullable UUID operationId) {
        private static final String NO_ACTION = "No action is needed.";

        static Check passed(String check, String found) {
            return new Check(check, true, found, null, null, NO_ACTION, null);
        }

        static Check refused(String check, ProblemBuilder problem) {
            var type = problem.problemType();
            return new Check(check, false, problem.detail(), type.status(), problem.code(), type.nextStep(), null);
        }

        /** The check could not be made or was skipped. */
        static Check undetermined(String check, String found, String nextStep) {
            return new Check(check, null, found, null, null, nextStep, null);
        }

        Check withFound(String finding) {
            return new Check(check, ok, finding, status, errorCode, nextStep, operationId);
        }

        Check withOperationId(@Nullable UUID id) {
            return new Check(check, ok, found, status, errorCode, nextStep, id);
        }
    }
}
