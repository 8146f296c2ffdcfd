package dev.attachgateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.vertx.ext.web.handler.HttpException;
import jakarta.ws.rs.WebApplicationException;
import org.jspecify.annotations.Nullable;

/** Maps exceptions and HTTP statuses to problem types. */
final class ProblemMapper {
    private ProblemMapper() {}

    /**
     * The problem for a failure.
     *
     * @param status the status set by the failing handler, or -1
     * @param failure the exception; null if only a status is known
     */
    static ProblemBuilder map(int status, @Nullable Throwable failure) {
        return switch (failure) {
            case ProblemException refusal -> refusal.problem();
            case HttpException http -> fromStatus(http.getStatusCode());
            case WebApplicationException rest ->
                rest.getCause() instanceof JsonProcessingException json
                        ? JsonProblems.map(json)
                        : fromStatus(rest.getResponse().getStatus());
            case JsonProcessingException json -> JsonProblems.map(json);
            case null, default -> fromStatus(status);
        };
    }

    private static ProblemBuilder fromStatus(int status) {
        return ProblemBuilder.of(
                switch (status) {
                    case 400 -> ProblemType.INVALID_REQUEST;
                    case 401 -> ProblemType.NOT_AUTHENTICATED;
                    case 403 -> ProblemType.NOT_GRANTED;
                    case 404 -> ProblemType.NO_SUCH_PATH;
                    case 405 -> ProblemType.METHOD_NOT_ALLOWED;
                    case 406 -> ProblemType.NOT_ACCEPTABLE;
                    case 413 -> ProblemType.BODY_TOO_LARGE;
                    case 414 -> ProblemType.ADDRESS_TOO_LONG;
                    case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
                    case 431 -> ProblemType.HEADERS_TOO_LARGE;
                    default -> ProblemType.INTERNAL;
                });
    }
}
