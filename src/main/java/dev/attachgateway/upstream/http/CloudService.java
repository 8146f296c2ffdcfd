package dev.attachgateway.upstream.http;

/** The services of the cloud that the gateway calls; each has a circuit breaker of its own. */
public enum CloudService {
    MODELARTS,
    EVS,
    IAM;

    /** What an answer that is no success means. */
    public CloudCallException failure(CloudResponse cloudResponse) {
        if (cloudResponse.isSuccess()) {
            return FailureClassifier.unreadable(cloudResponse.status());
        }
        return FailureClassifier.answered(
                cloudResponse.status(), cloudResponse.errorCode(), cloudResponse.errorMessage());
    }
}
