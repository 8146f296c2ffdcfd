package dev.attachgateway.statespace;

import dev.attachgateway.upstream.ModelArtsClient;
import java.util.Optional;

/** The status that the cloud reports for its own operation. */
enum ReportedStatus {
    NONE(0),
    IN_PROGRESS(1),
    SUCCESS(2),
    FAILED(3);

    private final int code;

    ReportedStatus(int code) {
        this.code = code;
    }

    static ReportedStatus of(CloudOutcome outcome) {
        return switch (outcome) {
            case NONE -> NONE;
            case IN_PROGRESS -> IN_PROGRESS;
            case APPLIED -> SUCCESS;
            case ROLLED_BACK -> FAILED;
        };
    }

    Optional<ModelArtsClient.CloudOperationStatus> toCloudStatus() {
        return switch (this) {
            case NONE -> Optional.empty();
            case IN_PROGRESS -> Optional.of(ModelArtsClient.CloudOperationStatus.RUNNING);
            case SUCCESS -> Optional.of(ModelArtsClient.CloudOperationStatus.SUCCESS);
            case FAILED -> Optional.of(ModelArtsClient.CloudOperationStatus.FAILED);
        };
    }

    int code() {
        return code;
    }
}
