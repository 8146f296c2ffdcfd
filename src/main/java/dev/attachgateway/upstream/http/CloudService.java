package dev.attachgateway.upstream.http;

/** The cloud services that the gateway calls; each has its own circuit breaker. */
public enum CloudService {
    MODELARTS,
    EVS,
    IAM;

    /**
     * The failure that an unsuccessful or unreadable response stands for.
     *
     * @param read whether the call is free of side effects
     */
    public CloudCallException toException(CloudResponse cloudResponse, boolean read) {
        return cloudResponse.isSuccess()
                ? FailureClassifier.unreadableResponse(cloudResponse.status())
                : FailureClassifier.fromResponse(this, cloudResponse, read);
    }
}
