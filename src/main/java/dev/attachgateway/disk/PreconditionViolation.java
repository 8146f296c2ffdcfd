package dev.attachgateway.disk;

import dev.attachgateway.problem.type.ProblemType;
import java.util.Optional;

/**
 * The reason why a disk may not be attached to a server or detached from it.
 *
 * @param type of the problem that a caller gets
 * @param message one sentence for the caller
 */
public record PreconditionViolation(ProblemType type, String message) {

    /** Whether the violation concerns the server, rather than the disk or its location. */
    public boolean concernsServer() {
        return type == ProblemType.SERVER_NOT_FOUND
                || type == ProblemType.UNSUPPORTED_SERVER_TYPE
                || type == ProblemType.SERVER_STATE;
    }

    static Optional<PreconditionViolation> of(ProblemType type, String message) {
        return Optional.of(new PreconditionViolation(type, message));
    }
}
