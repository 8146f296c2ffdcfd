package dev.attachgateway.operator;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.operation.Pause;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A pause as operators see it.
 *
 * @param projectId {@code *} for all projects
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Pause",
        requiredProperties = {"project_id", "reason", "paused_by", "at"})
record PauseJson(
        @Schema(description = "The project, or * for all.", pattern = PauseJson.PLACE)
        String projectId,

        String reason,
        @Schema(examples = "sandbox:operator") String pausedBy,
        @Schema(format = "date-time") String at) {
    /** A project's id or {@code *}. */
    static final String PLACE = "^(\\*|[a-zA-Z0-9-]{1,64})$";

    static PauseJson of(Pause pause) {
        return new PauseJson(
                pause.projectId(), pause.reason(), pause.by(), pause.at().toString());
    }

    /** Several of them, the newest first. */
    @Schema(name = "Pauses", requiredProperties = "pauses")
    record All(List<PauseJson> pauses) {
        static All of(List<Pause> pauses) {
            return new All(pauses.stream().map(PauseJson::of).toList());
        }
    }
}
