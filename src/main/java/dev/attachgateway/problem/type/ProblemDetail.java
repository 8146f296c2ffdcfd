package dev.attachgateway.problem.type;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One individual error of a problem.
 *
 * @param field the field, parameter or header, if the request is invalid
 * @param errorCode the code that the error has as a problem of its own, if a precondition failed
 * @param message a sentence, or the rest of one that begins with the field
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(name = "ProblemDetail", requiredProperties = "message")
public record ProblemDetail(
        @Nullable String field, @Nullable String errorCode, String message) {
    /** An error of one field of a request. */
    public static ProblemDetail ofField(String field, String message) {
        return new ProblemDetail(field, null, message);
    }
}
