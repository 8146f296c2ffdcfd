package dev.attachgateway.problem.type;

import org.jspecify.annotations.Nullable;

/** A refusal or failure with the problem that its response reports. A subclass exists only where it is caught by type. */
public class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemBuilder problem;

    /** A problem whose detail is the title of its type. */
    public ProblemException(ProblemType type) {
        this(ProblemBuilder.of(type));
    }

    /** A problem with a detail, a sentence for the caller. */
    public ProblemException(ProblemType type, String detail) {
        this(ProblemBuilder.of(type, detail));
    }

    public ProblemException(ProblemBuilder problem) {
        this(problem, problem.detail(), null);
    }

    /**
     * A problem whose log entry says more than its response.
     *
     * @param message for the log
     * @param cause for the log
     */
    public ProblemException(ProblemBuilder problem, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.problem = problem;
    }

    /** The type of the problem. */
    public ProblemType type() {
        return problem.problemType();
    }

    /** The problem. */
    public ProblemBuilder problem() {
        return problem;
    }
}
