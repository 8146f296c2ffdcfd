package dev.attachgateway.operator;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.operation.OperationJson;
import dev.attachgateway.operation.Unresolved;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An operation that needs hands.
 *
 * @param since when it became so
 * @param forSeconds how long that is
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Case",
        requiredProperties = {"project_id", "since", "for_seconds", "operation"})
record CaseJson(
        String projectId,
        @Schema(format = "date-time") String since,
        @Schema(minimum = "0") long forSeconds,
        OperationJson operation) {

    static CaseJson of(Unresolved.Case found) {
        return new CaseJson(
                found.operation().projectId(),
                found.since().toString(),
                Math.max(0, found.lasting().toSeconds()),
                OperationJson.of(found.operation()));
    }

    /**
     * Several of them, the newest operation first.
     *
     * @param more whether there are others
     */
    @Schema(
            name = "Cases",
            requiredProperties = {"operations", "more"})
    record All(@Schema(maxItems = Unresolved.MOST) List<CaseJson> operations, boolean more) {
        static All of(Unresolved.Cases found) {
            return new All(found.cases().stream().map(CaseJson::of).toList(), found.more());
        }
    }
}
