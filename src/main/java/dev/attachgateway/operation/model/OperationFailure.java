package dev.attachgateway.operation.model;

import dev.attachgateway.disk.PreconditionViolation;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemDetail;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.http.CloudCallException;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * The reason why an operation failed.
 *
 * @param type of the problem that a caller gets, one of {@link FailureKinds#types}
 * @param code the cloud's error code if the cloud refused, else the gateway's; 8 to 36 characters
 * @param message one sentence; 2 to 512 characters
 * @param others the further failures when several checks failed
 */
public record OperationFailure(ProblemType type, String code, String message, List<OperationFailure> others) {
    private static final Logger LOG = Logger.getLogger(OperationFailure.class);
    private static final int MIN_CODE_LENGTH = 8;
    private static final int MAX_CODE_LENGTH = 36;
    private static final int MAX_MESSAGE_LENGTH = 512;

    public OperationFailure {
        if (!FailureKinds.types().contains(type)) {
            throw new IllegalArgumentException("An operation cannot fail with " + type + ".");
        }
        // The lengths are the cloud's own (ModelArts API reference, ShowServerOperation): clients may rely on them.
        code = code.length() < MIN_CODE_LENGTH ? "Cloud." + "0".repeat(Math.max(0, 2 - code.length())) + code : code;
        code = code.substring(0, Math.min(code.length(), MAX_CODE_LENGTH));
        message = message.length() < 2
                ? "No message."
                : message.substring(0, Math.min(message.length(), MAX_MESSAGE_LENGTH));
        others = List.copyOf(others);
    }

    /** A failure without further ones. */
    public static OperationFailure of(ProblemType type, String code, String message) {
        return new OperationFailure(type, code, message, List.of());
    }

    /** A failure without further ones, under the gateway's own code. */
    public static OperationFailure of(ProblemType type, String message) {
        return of(type, type.code(), message);
    }

    /** The failure for the first violation, with the other violations as {@link #others}. */
    public static OperationFailure of(List<PreconditionViolation> violations) {
        var all = violations.stream()
                .map(violation -> of(violation.type(), violation.message()))
                .toList();
        var first = all.getFirst();
        return new OperationFailure(first.type, first.code, first.message, all.subList(1, all.size()));
    }

    /** The failure that the cloud reported for its operation. */
    public static OperationFailure of(ModelArtsClient.OperationProgress progress) {
        return of(
                ProblemType.CLOUD_FAILED,
                Objects.requireNonNullElse(progress.errorCode(), ProblemType.CLOUD_FAILED.code()),
                Objects.requireNonNullElse(progress.errorMessage(), "The cloud gave no reason."));
    }

    /** The failure of a request that was never sent. */
    public static OperationFailure notSent(String reason) {
        return of(ProblemType.NOT_SENT, reason);
    }

    /** The failure of a request that the cloud began and rolled back. */
    public static OperationFailure rolledBack() {
        return of(
                ProblemType.ROLLED_BACK,
                "The cloud began to carry the request out, and in the end nothing of it was left.");
    }

    /** The failure for a request that the cloud refused. */
    public static OperationFailure of(CloudCallException.Refused refusal) {
        var code = refusal.codeOrDefault(ProblemType.CLOUD_REFUSED.code());
        if (refusal.isAboutCredential()) {
            // The cloud's message names the key or the user, which only the operator may see.
            LOG.errorf("cloud refused the credential code=%s message=%s", code, refusal.getMessage());
            return of(ProblemType.CLOUD_CREDENTIAL, code, "The cloud refused the gateway's own credential.");
        }
        return of(
                refusal.isNotFound() ? ProblemType.SERVER_NOT_FOUND : ProblemType.CLOUD_REFUSED,
                code,
                String.valueOf(refusal.getMessage()));
    }

    /** The problem that a caller gets who waits for the operation. */
    public ProblemBuilder toProblem() {
        return ProblemBuilder.of(type, message)
                .withCode(code)
                .withErrors(others.stream()
                        .map(other -> new ProblemDetail(null, other.code, other.message))
                        .toList());
    }
}
