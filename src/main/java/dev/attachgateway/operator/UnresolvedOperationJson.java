package dev.attachgateway.operator;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.operation.maintenance.UnresolvedOperationQuery;
import dev.attachgateway.operation.model.OperationJson;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An operation that needs attention.
 *
 * @param since when this state began
 * @param forSeconds the time since then
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Case",
        requiredProperties = {"project_id", "since", "for_seconds", "operation"})
record UnresolvedOperationJson(
        String projectId,
        @Schema(format = "date-time") String since,
        @Schema(minimum = "0") long forSeconds,
        OperationJson operation) {

    static UnresolvedOperationJson of(UnresolvedOperationQuery.UnresolvedOperation unresolved) {
        return new UnresolvedOperationJson(
                unresolved.operation().projectId(),
                unresolved.since().toString(),
                Math.max(0, unresolved.duration().toSeconds()),
                OperationJson.of(unresolved.operation()));
    }

    /**
     * Operations that need attention, the newest first.
     *
     * @param more whether there are more than the list contains
     */
    @Schema(
            name = "Cases",
            requiredProperties = {"operations", "more"})
    record ListJson(
            @Schema(maxItems = UnresolvedOperationQuery.MAX_RESULTS)
            List<UnresolvedOperationJson> operations,

            boolean more) {
        static ListJson of(UnresolvedOperationQuery.UnresolvedOperations found) {
            return new ListJson(
                    found.operations().stream().map(UnresolvedOperationJson::of).toList(), found.hasMore());
        }
    }
}
