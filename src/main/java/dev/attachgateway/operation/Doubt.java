package dev.attachgateway.operation;

/**
 * Whether a failure is final. After a request of unknown outcome none is: what the cloud objects to may be that request's
 * doing, so the failure is kept until looking has told. Pure.
 */
final class Doubt {
    private Doubt() {}

    /** The cloud refused the request. */
    static State refused(State.Sending sending, Failure failure, boolean doubted) {
        return doubted ? sending.refusedInDoubt(failure, reason(failure)) : sending.refused(failure);
    }

    /** The cloud's operation failed. */
    static State failed(State.Following following, Failure failure, boolean doubted) {
        return doubted ? following.failedInDoubt(failure, reason(failure)) : following.failed(failure);
    }

    /** The checks speak against it. */
    static State objected(State.Unsent unsent, Failure failure, boolean doubted) {
        return doubted ? unsent.failInDoubt(failure, reason(failure)) : unsent.fail(failure);
    }

    private static String reason(Failure failure) {
        return "An earlier request may be the reason why it fails now (" + failure.code()
                + "). The disk stays reserved until it is known.";
    }
}
