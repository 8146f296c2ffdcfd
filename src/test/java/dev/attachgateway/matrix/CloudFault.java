package dev.attachgateway.matrix;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.time.Duration;

/** Faults of a call, and how the gateway must classify them. */
enum CloudFault {
    S400(400, Classification.REFUSED),
    S401_BAD(401, Classification.REFUSED),
    S401_STALE(401, Classification.NOT_STARTED, "APIGW.0307", "The token must be updated."),
    S403(403, Classification.REFUSED),
    S404(404, Classification.REFUSED),
    S408(408, Classification.UNSETTLED),
    /** An unknown rejection with the cloud's error body. */
    S409(409, Classification.REFUSED),
    S425(425, Classification.UNSETTLED),
    S429(
            429,
            Classification.NOT_STARTED,
            "APIGW.0308",
            "The throttling threshold has been reached: policy user over ratelimit,limit:50,time:1 second"),
    /** Without the cloud's error body it may come from any intermediary. */
    S429_BARE(429, Classification.UNSETTLED, "", "slow down"),
    S499(499, Classification.UNSETTLED),
    S500(500, Classification.UNSETTLED),
    S502(502, Classification.UNSETTLED),
    S503_BARE(503, Classification.UNSETTLED, "", "no server is available"),
    S503_IAM(503, Classification.NOT_STARTED, "APIGW.0613", "The IAM service is unavailable."),
    S504(504, Classification.UNSETTLED),
    BUSY(400, Classification.NOT_STARTED, "ModelArts.6357", "Another operation is being performed on the instance."),
    DROP(0, Classification.UNSETTLED),
    HANG(0, Classification.UNSETTLED),
    GARBAGE(0, Classification.UNSETTLED),
    DELAY(0, Classification.NONE);

    /** What each response permits: rejection, retry, or neither; {@code NONE} for no fault. */
    enum Classification {
        NONE,
        REFUSED,
        NOT_STARTED,
        UNSETTLED
    }

    /** Well within the response time-out. */
    private static final Duration DELAY_DURATION = Duration.ofMillis(300);

    private final int status;
    private final Classification classification;
    private final String code;
    private final String message;

    CloudFault(int status, Classification classification) {
        this(status, classification, "", "");
    }

    CloudFault(int status, Classification classification, String code, String message) {
        this.status = status;
        this.classification = classification;
        this.code = code;
        this.message = message;
    }

    Classification classification() {
        return classification;
    }

    /** Whether the cloud rejects the gateway's credential, which is not sent repeatedly: five failures lock it. */
    boolean isAboutCredential() {
        return status == 401;
    }

    /** Returns the fault for the sandbox. */
    Fault on(String call) {
        if (this == DELAY) {
            return Fault.delay(call, DELAY_DURATION);
        }
        if (status == 0) {
            return Fault.kind(call, name().toLowerCase(java.util.Locale.ROOT));
        }
        if (!code.isEmpty()) {
            return Fault.status(call, status, code, message);
        }
        var fault = Fault.status(call, status);
        return message.isEmpty() ? fault : fault.body(new TextNode(message));
    }
}
