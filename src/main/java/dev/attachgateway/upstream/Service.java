package dev.attachgateway.upstream;

/** The services of the cloud that the gateway calls; each has a circuit breaker of its own. */
public enum Service {
    MODELARTS,
    EVS,
    IAM;

    /** What an answer that is no success means. */
    UpstreamFailure failure(Answer answer) {
        if (answer.isSuccess()) {
            return Sorting.unreadable(answer.status());
        }
        return Sorting.answered(answer.status(), answer.errorCode(), answer.errorMessage());
    }
}
