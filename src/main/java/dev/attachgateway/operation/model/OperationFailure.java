package dev.attachgateway.operation.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.attachgateway.disk.PreconditionViolation;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.http.CloudCallException;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * The reason why an operation failed.
 *
 * @param kind the kind of failure, which determines the status of the response
 * @param code the cloud's error code if the cloud refused, else the gateway's; 8 to 36 characters
 * @param message one sentence; 2 to 512 characters
 * @param others the further failures when several checks failed
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

    /** The kinds of failure. */
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
        /** The caller cancelled the operation before the request was sent. */
        CANCELLED,
        /** An operator released the operation manually. */
        RELEASED,
        /** The cloud began to apply the request and rolled it back. */
        UNDONE,
        /** The cloud refused the request when it was sent. */
        REFUSED,
        /** The cloud refused the gateway's own credential. */
        CREDENTIAL,
        /** The cloud accepted the request, and its operation failed. */
        FAILED_LATER,
        /** Server and disk could not be read in time. */
        NOT_CHECKED,
        /** The request could not be sent in time; it certainly did not begin. */
        NOT_SENT
    }

    /** A failure without further ones. */
    public static OperationFailure of(Kind kind, String code, String message) {
        return new OperationFailure(kind, code, message, List.of());
    }

    /** The failure for the first violation, with the other violations as {@link #others}. */
    public static OperationFailure of(List<PreconditionViolation> violations) {
        var all = violations.stream().map(OperationFailure::of).toList();
        var first = all.getFirst();
        return new OperationFailure(first.kind, first.code, first.message, all.subList(1, all.size()));
    }

    /** The failure that the cloud reported for its operation. */
    public static OperationFailure of(ModelArtsClient.OperationProgress progress) {
        return of(
                Kind.FAILED_LATER,
                Objects.requireNonNullElse(progress.errorCode(), "Gateway.CloudFailed"),
                Objects.requireNonNullElse(progress.errorMessage(), "The cloud gave no reason."));
    }

    /** The failure of a request that was never sent. */
    public static OperationFailure notSent(String reason) {
        return of(Kind.NOT_SENT, "Gateway.NotSent", reason);
    }

    /** The failure of a request that the cloud began and rolled back. */
    public static OperationFailure rolledBack() {
        return of(
                Kind.UNDONE,
                "Gateway.RolledBack",
                "The cloud began to carry the request out, and in the end nothing of it was left.");
    }

    /** The failure for a request that the cloud refused. */
    public static OperationFailure of(CloudCallException.Refused refusal) {
        var code = refusal.codeOrDefault("Gateway.CloudRefused");
        if (refusal.isAboutCredential()) {
            // The cloud's message names the key or the user, which only the operator may see.
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
            case UNSUPPORTED_SERVER_TYPE ->
                of(Kind.SERVER_KIND, "Gateway.UnsupportedServerType", preconditionViolation.message());
            case SERVER_STATE -> of(Kind.SERVER_STATE, "Gateway.ServerState", preconditionViolation.message());
            case DISK_ALREADY_ATTACHED ->
                of(Kind.DISK_ALREADY_HERE, "Gateway.DiskAlreadyAttached", preconditionViolation.message());
            case DISK_IN_USE -> of(Kind.DISK_IN_USE, "Gateway.DiskInUse", preconditionViolation.message());
            case DISK_STATE -> of(Kind.DISK_STATE, "Gateway.DiskState", preconditionViolation.message());
            case DISK_NOT_ATTACHED ->
                of(Kind.DISK_NOT_HERE, "Gateway.DiskNotAttached", preconditionViolation.message());
            case ROOT_DISK -> of(Kind.ROOT_DISK, "Gateway.RootDisk", preconditionViolation.message());
        };
    }
}
