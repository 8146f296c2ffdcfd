package dev.attachgateway.upstream.http;

/** The cloud services that the gateway calls; each has its own circuit breaker. */
public enum CloudService {
    MODELARTS,
    EVS,
    IAM;

    /** The failure that an unsuccessful or unreadable response stands for. */
    public CloudCallException toException(CloudResponse cloudResponse) {
        if (cloudResponse.isSuccess()) {
            return FailureClassifier.unreadableResponse(cloudResponse.status());
        }
        return FailureClassifier.fromResponse(
                cloudResponse.status(), cloudResponse.errorCode(), cloudResponse.errorMessage());
    }
}
