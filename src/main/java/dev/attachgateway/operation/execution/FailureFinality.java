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
     * @param effectSeen whether server and disk show the effect of the request nevertheless
     * @param doubted whether an earlier request had an unknown outcome
     */
    public static OperationState onCloudFailure(
            OperationState.Following following, OperationFailure failure, boolean effectSeen, boolean doubted) {
        if (effectSeen) {
            return following.failedInDoubt(
                    failure,
                    "The cloud reports a failure (" + failure.code()
                            + "), but server and disk show the effect of the request. The disk stays reserved until it"
                            + " is known.");
        }
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
