package dev.attachgateway.attach;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.attach.ProblemCatalog.ProblemDescription;
import dev.attachgateway.disk.CloudIds;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request.
 *
 * @param wouldBeAccepted whether it would be answered with an operation, at once or later
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "DryRun",
        requiredProperties = {"dry_run", "would_be_accepted", "operation_type", "server_id", "volume_id", "checks"})
record DryRunJson(
        boolean dryRun,

        @Schema(
                description =
                        "True when every check is passed, or when the request would be answered with an operation that is"
                                + " there already.")
        boolean wouldBeAccepted,

        @Schema(enumeration = {"node_attach_volume", "node_detach_volume"})
        String operationType,

        @Schema(pattern = CloudIds.UUID_REGEX) String serverId,
        @Schema(pattern = CloudIds.UUID_REGEX) String volumeId,
        List<Check> checks) {

    /**
     * One thing that was looked at.
     *
     * @param ok null when it could not be found out, or was not looked at
     * @param found a sentence
     * @param status of the answer that the request would get, where it would be refused
     * @param errorCode of that answer
     * @param operationId the operation that matters here, where the caller may see it
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
        private static final String NO_ACTION = "Nothing is to be done.";

        static Check passed(String check, String found) {
            return new Check(check, true, found, null, null, NO_ACTION, null);
        }

        static Check refused(String check, ProblemDescription why) {
            return new Check(check, false, why.message(), why.status(), why.code(), why.nextStep(), null);
        }

        /** It could not be found out, or there was no need to. */
        static Check undetermined(String check, String found, String nextStep) {
            return new Check(check, null, found, null, null, nextStep, null);
        }

        Check withFound(String sentence) {
            return new Check(check, ok, sentence, status, errorCode, nextStep, operationId);
        }

        Check withOperationId(@Nullable UUID id) {
            return new Check(check, ok, found, status, errorCode, nextStep, id);
        }
    }
}
