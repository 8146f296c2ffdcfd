package dev.attachgateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemDetail;
import dev.attachgateway.problem.type.ProblemType;
import java.util.List;
import java.util.stream.Collectors;

/** Describes errors in a JSON body without quoting the body and without naming internal classes. */
final class JsonProblems {
    private JsonProblems() {}

    static ProblemBuilder map(JsonProcessingException exception) {
        var error = switch (exception) {
            case UnrecognizedPropertyException unknown ->
                ProblemDetail.ofField(fieldPath(unknown), "is not a field of this request");
            case JsonMappingException mapping
            when mapping.getCause() instanceof JsonProcessingException cause -> syntaxError(cause);
            case JsonMappingException mapping
            when mapping.getPath().isEmpty() -> ProblemDetail.ofField("body", "must be one JSON object");
            case JsonMappingException mapping ->
                ProblemDetail.ofField(fieldPath(mapping), "has the wrong type; a string is expected");
            default -> syntaxError(exception);
        };
        return ProblemBuilder.of(ProblemType.MALFORMED_JSON, error.field() + " " + error.message() + ".")
                .withErrors(List.of(error));
    }

    private static ProblemDetail syntaxError(JsonProcessingException exception) {
        var location = exception.getLocation();
        return ProblemDetail.ofField(
                "body",
                "is not valid JSON"
                        + (location == null
                                ? ""
                                : " at line " + location.getLineNr() + ", column " + location.getColumnNr()));
    }

    private static String fieldPath(JsonMappingException exception) {
        return exception.getPath().stream()
                .map(reference ->
                        reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : reference.getFieldName())
                .collect(Collectors.joining("."));
    }
}
