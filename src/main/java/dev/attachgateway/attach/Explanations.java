package dev.attachgateway.attach;

import dev.attachgateway.operation.Failure;

/** What a refusal is called where callers meet it, and what they do next. The complaints desk knows. */
public interface Explanations {
    /**
     * A refusal as its answer would show it.
     *
     * @param status of the answer
     * @param code its {@code error_code}
     * @param message its {@code detail}
     */
    record Explanation(int status, String code, String message, String nextStep) {}

    /** Of what would be thrown. */
    Explanation of(Throwable refusal);

    /** Of what an operation would end with. */
    Explanation of(Failure failure);
}
