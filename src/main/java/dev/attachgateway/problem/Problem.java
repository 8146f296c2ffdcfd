package dev.attachgateway.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemDetail;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error response (RFC 9457, "Problem Details for HTTP APIs"), with the two fields that clients of the cloud
 * expect.
 *
 * @param instance the path of the request
 * @param errorCode the gateway's code, or the cloud's code if the cloud refused
 * @param errorMsg the same as {@code detail}
 * @param nextStep the action that the caller takes next
 * @param errors the individual errors, if there are several or if they refer to a field
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Problem",
        requiredProperties = {
            "type",
            "title",
            "status",
            "detail",
            "instance",
            "error_code",
            "error_msg",
            "next_step",
            "request_id"
        })
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        String errorCode,
        String errorMsg,
        String nextStep,
        String requestId,
        @Nullable UUID operationId,
        @Nullable UUID heldByOperationId,
        @Nullable UUID attachedByOperationId,
        @Nullable List<ProblemDetail> errors) {

    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * The media type of a problem for the cloud's SDK, which reads the code and the message of an error only if its type
     * begins with {@code application/json}.
     */
    static final String SDK_MEDIA_TYPE = "application/json";

    static String mediaType(boolean isForSdk) {
        return isForSdk ? SDK_MEDIA_TYPE : MEDIA_TYPE;
    }

    static Problem of(ProblemBuilder problem, String instance, String requestId) {
        var type = problem.problemType();
        return new Problem(
                type.type(),
                type.title(),
                type.status(),
                problem.detail(),
                instance,
                problem.code(),
                problem.detail(),
                type.nextStep(),
                requestId,
                problem.operationId(),
                problem.heldByOperationId(),
                problem.attachedByOperationId(),
                problem.errors());
    }
}
