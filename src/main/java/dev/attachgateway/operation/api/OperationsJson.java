package dev.attachgateway.operation.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.attachgateway.operation.model.OperationJson;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A page of a project's operations, the newest first.
 *
 * @param next the value of {@code cursor} for the next page; absent on the last one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Operations",
        requiredProperties = {"operations"})
record OperationsJson(
        @Schema(maxItems = OperationsResource.MAX_LIMIT) List<OperationJson> operations,
        @Nullable String next) {

    static OperationsJson of(OperationListQuery.Page page) {
        return new OperationsJson(
                page.operations().stream().map(OperationJson::of).toList(),
                page.nextCursor().map(PageCursor::toString).orElse(null));
    }
}
