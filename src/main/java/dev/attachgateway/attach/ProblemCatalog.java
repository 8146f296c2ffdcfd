package dev.attachgateway.attach;

import dev.attachgateway.operation.model.OperationFailure;

/** Describes refusals and failures as callers get them; implemented by the problem package. */
public interface ProblemCatalog {
    /**
     * A refusal as in its response.
     *
     * @param status the HTTP status
     * @param code its {@code error_code}
     * @param message its {@code detail}
     * @param nextStep its {@code next_step}
     */
    record ProblemDescription(int status, String code, String message, String nextStep) {}

    /** Describes the response to an exception. */
    ProblemDescription describe(Throwable refusal);

    /** Describes the response to a failed operation. */
    ProblemDescription describe(OperationFailure failure);
}
