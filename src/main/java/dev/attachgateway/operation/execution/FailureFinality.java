package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;

/**
 * Decides whether a failure is final. After a request of unknown outcome no failure is: that request may be its cause, so
 * the failure is kept until reads of the cloud settle the outcome. Pure.
 */
public final class FailureFinality {
    private FailureFinality() {}

    /**
     * The state after the cloud refused the request.
     *
     * @param doubted whether an earlier request had an unknown outcome
     */
    public static OperationState onRefusal(OperationState.Sending sending, OperationFailure failure, boolean doubted) {
        return doubted ? sending.refusedInDoubt(failure, reason(failure)) : sending.refused(failure);
    }

    /**
     * The state after the cloud's operation failed.
     *
     * @param doubted whether an earlier request had an unknown outcome
     */
    public static OperationState onCloudFailure(
            OperationState.Following following, OperationFailure failure, boolean doubted) {
        return doubted ? following.failedInDoubt(failure, reason(failure)) : following.failed(failure);
    }

    /**
     * The state after a precondition was violated.
     *
     * @param doubted whether an earlier request had an unknown outcome
     */
    public static OperationState onPreconditionFailure(
            OperationState.Unsent unsent, OperationFailure failure, boolean doubted) {
        return doubted ? unsent.failInDoubt(failure, reason(failure)) : unsent.fail(failure);
    }

    private static String reason(OperationFailure failure) {
        return "An earlier request may be the reason why it fails now (" + failure.code()
                + "). The disk stays reserved until it is known.";
    }
}
