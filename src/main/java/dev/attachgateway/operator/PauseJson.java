package dev.attachgateway.operator;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.operation.intervention.SendPause;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A pause in the operator API.
 *
 * @param projectId {@code *} for all projects
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Pause",
        requiredProperties = {"project_id", "reason", "paused_by", "at"})
record PauseJson(
        @Schema(description = "The project, or * for all.", pattern = PauseJson.SCOPE_REGEX)
        String projectId,

        String reason,
        @Schema(examples = "sandbox:operator") String pausedBy,
        @Schema(format = "date-time") String at) {
    /** A project's id or {@code *}. */
    static final String SCOPE_REGEX = "^(\\*|[a-zA-Z0-9-]{1,64})$";

    static PauseJson of(SendPause pause) {
        return new PauseJson(
                pause.projectId(),
                pause.reason(),
                pause.pausedBy(),
                pause.pausedAt().toString());
    }

    /** Pauses, the newest first. */
    @Schema(name = "Pauses", requiredProperties = "pauses")
    record ListJson(List<PauseJson> pauses) {
        static ListJson of(List<SendPause> pauses) {
            return new ListJson(pauses.stream().map(PauseJson::of).toList());
        }
    }
}
