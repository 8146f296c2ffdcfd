package dev.attachgateway.operator;

import dev.attachgateway.request.InvalidRequestException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of a manual intervention that requires a reason. */
@Schema(name = "Reason", requiredProperties = "reason")
record ReasonRequest(
        @Nullable
        @Schema(
                description = "The reason, for the audit log and for readers of the operation; no control characters.",
                minLength = 1,
                maxLength = 500,
                examples = "The disk was detached in the console.")
        String reason) {
    private static final int MAX_LENGTH = 500;

    /** The reason without surrounding spaces; violations are added to {@code requestValidation}. */
    static String parseReason(
            @Nullable ReasonRequest body, InvalidRequestException.RequestValidation requestValidation) {
        if (body == null) {
            requestValidation.addViolation("body", "is missing: send {\"reason\": \"<reason>\"}");
            return "";
        }
        var reason = body.reason() == null ? "" : body.reason().strip();
        if (reason.isEmpty()
                || reason.length() > MAX_LENGTH
                || reason.codePoints().anyMatch(ReasonRequest::isUnprintable)) {
            requestValidation.addViolation(
                    "reason", "has to be a text of 1 to 500 characters without control characters");
        }
        return reason;
    }

    private static boolean isUnprintable(int character) {
        var type = Character.getType(character);
        return type == Character.CONTROL || type == Character.SURROGATE || type == Character.UNASSIGNED;
    }
}
