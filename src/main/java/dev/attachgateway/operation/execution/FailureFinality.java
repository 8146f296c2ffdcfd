package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;

/**
 * Whether a failure is final. After a request of unknown outcome none is: what the cloud objects to may be that request's
 * doing, so the failure is kept until looking has told. Pure.
 */
public final class FailureFinality {
    private FailureFinality() {}

    /** The cloud refused the request. */
    public static OperationState onRefusal(OperationState.Sending sending, OperationFailure failure, boolean doubted) {
        return doubted ? sending.refusedInDoubt(failure, reason(failure)) : sending.refused(failure);
    }

    /** The cloud's operation failed. */
    public static OperationState onCloudFailure(
            OperationState.Following following, OperationFailure failure, boolean doubted) {
        return doubted ? following.failedInDoubt(failure, reason(failure)) : following.failed(failure);
    }

    /** The checks speak against it. */
    public static OperationState onPreconditionFailure(
            OperationState.Unsent unsent, OperationFailure failure, boolean doubted) {
        return doubted ? unsent.failInDoubt(failure, reason(failure)) : unsent.fail(failure);
    }

    private static String reason(OperationFailure failure) {
        return "An earlier request may be the reason why it fails now (" + failure.code()
                + "). The disk stays reserved until it is known.";
    }
}
