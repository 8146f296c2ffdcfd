package dev.attachgateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.attachgateway.problem.type.ProblemType;
import java.util.List;
import java.util.stream.Collectors;

/** Says what is wrong with a body without quoting it and without naming our classes. */
final class JsonProblems {
    private JsonProblems() {}

    static ProblemBuilder finding(JsonProcessingException fault) {
        var error = switch (fault) {
            case UnrecognizedPropertyException unknown ->
                new Problem.Detail(place(unknown), null, "is not a field of this call");
            case JsonMappingException mapping
            when mapping.getCause() instanceof JsonProcessingException inner -> syntax(inner);
            case JsonMappingException mapping
            when mapping.getPath().isEmpty() -> new Problem.Detail("body", null, "has to be one JSON object");
            case JsonMappingException mapping ->
                new Problem.Detail(place(mapping), null, "has the wrong type; a string is expected");
            default -> syntax(fault);
        };
        return ProblemBuilder.of(ProblemType.MALFORMED_JSON, error.field() + " " + error.message() + ".")
                .errors(List.of(error));
    }

    private static Problem.Detail syntax(JsonProcessingException fault) {
        var at = fault.getLocation();
        return new Problem.Detail(
                "body",
                null,
                "is not valid JSON"
                        + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()));
    }

    private static String place(JsonMappingException fault) {
        return fault.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }
}
