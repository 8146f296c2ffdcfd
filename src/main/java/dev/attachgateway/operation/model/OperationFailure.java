package dev.attachgateway.operation.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.attachgateway.disk.PreconditionViolation;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.http.CloudCallException;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * Why an operation failed.
 *
 * @param kind what sort of failure it is; the answer's status follows from it
 * @param code the cloud's own code where the cloud refused, else the gateway's; 8 to 36 characters
 * @param message one sentence; 2 to 512 characters
 * @param others what else spoke against it, when several checks failed
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record OperationFailure(Kind kind, String code, String message, List<OperationFailure> others) {
    private static final Logger LOG = Logger.getLogger(OperationFailure.class);
    private static final int MIN_CODE_LENGTH = 8;
    private static final int MAX_CODE_LENGTH = 36;
    private static final int MAX_MESSAGE_LENGTH = 512;

    public OperationFailure {
        // The lengths are the cloud's own (ModelArts API reference, ShowServerOperation): clients may rely on them.
        code = code.length() < MIN_CODE_LENGTH ? "Cloud." + "0".repeat(Math.max(0, 2 - code.length())) + code : code;
        code = code.substring(0, Math.min(code.length(), MAX_CODE_LENGTH));
        message = message.length() < 2
                ? "No message."
                : message.substring(0, Math.min(message.length(), MAX_MESSAGE_LENGTH));
        others = others == null ? List.of() : List.copyOf(others);
    }

    /** The sorts of failure. */
    public enum Kind {
        SERVER_NOT_FOUND,
        DISK_NOT_FOUND,
        SERVER_KIND,
        SERVER_STATE,
        DISK_ALREADY_HERE,
        DISK_IN_USE,
        DISK_STATE,
        DISK_NOT_HERE,
        ROOT_DISK,
        /** The caller's grant was withdrawn before the request was sent. */
        NOT_GRANTED,
        /** The caller took it back before it was sent. */
        CANCELLED,
        /** An operator ended it by hand. */
        RELEASED,
        /** The cloud began, and in the end nothing of it was left. */
        UNDONE,
        /** The cloud refused the request when it was sent. */
        REFUSED,
        /** The cloud refused the gateway's own credential. */
        CREDENTIAL,
        /** The cloud accepted the request, and its operation failed. */
        FAILED_LATER,
        /** Server and disk could not be looked at in time. */
        NOT_CHECKED,
        /** The request could not be sent in time; it surely did not begin. */
        NOT_SENT
    }

    public static OperationFailure of(Kind kind, String code, String message) {
        return new OperationFailure(kind, code, message, List.of());
    }

    /** The first objection is the failure, the others stand beside it. */
    public static OperationFailure of(List<PreconditionViolation> objections) {
        var all = objections.stream().map(OperationFailure::of).toList();
        var first = all.getFirst();
        return new OperationFailure(first.kind, first.code, first.message, all.subList(1, all.size()));
    }

    /** What the cloud gave as the reason why its operation failed. */
    public static OperationFailure of(ModelArtsClient.Progress progress) {
        return of(
                Kind.FAILED_LATER,
                Objects.requireNonNullElse(progress.errorCode(), "Gateway.CloudFailed"),
                Objects.requireNonNullElse(progress.errorMessage(), "The cloud gave no reason."));
    }

    public static OperationFailure notSent(String reason) {
        return of(Kind.NOT_SENT, "Gateway.NotSent", reason);
    }

    public static OperationFailure rolledBack() {
        return of(
                Kind.UNDONE,
                "Gateway.RolledBack",
                "The cloud began to carry the request out, and in the end nothing of it was left.");
    }

    /** What a refusal by the cloud means for the operation. */
    public static OperationFailure of(CloudCallException.Refused refusal) {
        var code = refusal.codeOr("Gateway.CloudRefused");
        if (refusal.isAboutCredential()) {
            // The cloud's own words name the key or the user, which is the operator's business.
            LOG.errorf("cloud refused the credential code=%s message=%s", code, refusal.getMessage());
            return of(Kind.CREDENTIAL, code, "The cloud refused the gateway's own credential.");
        }
        return of(
                refusal.isNotFound() ? Kind.SERVER_NOT_FOUND : Kind.REFUSED,
                code,
                String.valueOf(refusal.getMessage()));
    }

    private static OperationFailure of(PreconditionViolation preconditionViolation) {
        return switch (preconditionViolation.kind()) {
            case SERVER_NOT_FOUND ->
                of(Kind.SERVER_NOT_FOUND, "Gateway.ServerNotFound", preconditionViolation.message());
            case DISK_NOT_FOUND -> of(Kind.DISK_NOT_FOUND, "Gateway.DiskNotFound", preconditionViolation.message());
            case UNSUPPORTED_SERVER_TYPE -> of(Kind.SERVER_KIND, "Gateway.UnsupportedServerType", preconditionViolation.message());
            case SERVER_STATE -> of(Kind.SERVER_STATE, "Gateway.ServerState", preconditionViolation.message());
            case DISK_ALREADY_ATTACHED ->
                of(Kind.DISK_ALREADY_HERE, "Gateway.DiskAlreadyAttached", preconditionViolation.message());
            case DISK_IN_USE -> of(Kind.DISK_IN_USE, "Gateway.DiskInUse", preconditionViolation.message());
            case DISK_STATE -> of(Kind.DISK_STATE, "Gateway.DiskState", preconditionViolation.message());
            case DISK_NOT_ATTACHED -> of(Kind.DISK_NOT_HERE, "Gateway.DiskNotAttached", preconditionViolation.message());
            case ROOT_DISK -> of(Kind.ROOT_DISK, "Gateway.RootDisk", preconditionViolation.message());
        };
    }
}
