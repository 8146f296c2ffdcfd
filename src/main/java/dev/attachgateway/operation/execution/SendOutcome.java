package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.OperationFailure;

/** The outcome of one send, as far as it is known once the response has arrived or its time is over (DESIGN.md). */
sealed interface SendOutcome {

    /**
     * The cloud accepted the request.
     *
     * @param upstreamId the cloud's id of its operation
     * @param running whether the cloud already processes it
     */
    record Accepted(String upstreamId, boolean running) implements SendOutcome {}

    /** The cloud refused the request. */
    record Refused(OperationFailure failure) implements SendOutcome {}

    /**
     * The request certainly did not begin.
     *
     * @param reason the end of a sentence
     */
    record NotStarted(String reason) implements SendOutcome {}

    /**
     * The request may have been applied.
     *
     * @param reason a sentence
     */
    record Unknown(String reason) implements SendOutcome {}
}
