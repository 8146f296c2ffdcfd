package dev.attachgateway.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A refusal or a failure as callers see it (RFC 9457, "Problem Details for HTTP APIs"), with the two fields that clients of
 * the cloud look for.
 *
 * @param instance the address that was asked for
 * @param errorCode the gateway's code, or the cloud's own where the cloud refused
 * @param errorMsg the same as {@code detail}
 * @param nextStep what the sender does next
 * @param errors each thing that is wrong, when there are several or when they have a place
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
        @Nullable List<Detail> errors) {

    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * The type of a problem for the cloud's own SDK: it reads an error only when its type begins with {@code
     * application/json}, and otherwise has neither its code nor its message.
     */
    static final String SDK_MEDIA_TYPE = "application/json";

    static String mediaType(boolean isForSdk) {
        return isForSdk ? SDK_MEDIA_TYPE : MEDIA_TYPE;
    }

    /**
     * One thing that is wrong.
     *
     * @param field where in the request, if it is the request
     * @param errorCode the code it would have had by itself, if it is a check
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @Schema(name = "ProblemDetail", requiredProperties = "message")
    public record Detail(@Nullable String field, @Nullable String errorCode, String message) {}
}
