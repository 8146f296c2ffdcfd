package dev.attachgateway.attach;

import dev.attachgateway.operation.model.OperationFailure;

/** What a refusal is called where callers meet it, and what they do next. The complaints desk knows. */
public interface ProblemCatalog {
    /**
     * A refusal as its answer would show it.
     *
     * @param status of the answer
     * @param code its {@code error_code}
     * @param message its {@code detail}
     */
    record ProblemDescription(int status, String code, String message, String nextStep) {}

    /** Of what would be thrown. */
    ProblemDescription describe(Throwable refusal);

    /** Of what an operation would end with. */
    ProblemDescription describe(OperationFailure failure);
}
