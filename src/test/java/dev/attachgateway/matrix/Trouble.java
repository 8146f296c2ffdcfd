package dev.attachgateway.matrix;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.time.Duration;

/** What befalls a call, and how the gateway has to sort it. */
enum Trouble {
    S400(400, Sort.REFUSED),
    S401_BAD(401, Sort.REFUSED),
    S401_STALE(401, Sort.NOT_STARTED, "APIGW.0307", "The token must be updated."),
    S403(403, Sort.REFUSED),
    S404(404, Sort.REFUSED),
    S408(408, Sort.UNSETTLED),
    /** An unknown refusal in the cloud's envelope. */
    S409(409, Sort.REFUSED),
    S425(425, Sort.UNSETTLED),
    S429(
            429,
            Sort.NOT_STARTED,
            "APIGW.0308",
            "The throttling threshold has been reached: policy user over ratelimit,limit:50,time:1 second"),
    /** Without the cloud's envelope anybody on the way may have said it. */
    S429_BARE(429, Sort.UNSETTLED, "", "slow down"),
    S499(499, Sort.UNSETTLED),
    S500(500, Sort.UNSETTLED),
    S502(502, Sort.UNSETTLED),
    S503_BARE(503, Sort.UNSETTLED, "", "no server is available"),
    S503_IAM(503, Sort.NOT_STARTED, "APIGW.0613", "The IAM service is unavailable."),
    S504(504, Sort.UNSETTLED),
    BUSY(400, Sort.NOT_STARTED, "ModelArts.6357", "Another operation is being performed on the instance."),
    DROP(0, Sort.UNSETTLED),
    HANG(0, Sort.UNSETTLED),
    GARBAGE(0, Sort.UNSETTLED),
    DELAY(0, Sort.NONE);

    /** What each answer allows: a refusal, another try, or neither; and no trouble at all. */
    enum Sort {
        NONE,
        REFUSED,
        NOT_STARTED,
        UNSETTLED
    }

    /** Well within the time-out for an answer. */
    private static final Duration DELAYED = Duration.ofMillis(300);

    private final int status;
    private final Sort sort;
    private final String code;
    private final String message;

    Trouble(int status, Sort sort) {
        this(status, sort, "", "");
    }

    Trouble(int status, Sort sort, String code, String message) {
        this.status = status;
        this.sort = sort;
        this.code = code;
        this.message = message;
    }

    Sort sort() {
        return sort;
    }

    /** The cloud objects to the gateway's credential, which is not shown again and again: five failures lock it. */
    boolean isAboutCredential() {
        return status == 401;
    }

    /** As the practice cloud takes it. */
    Fault on(String call) {
        if (this == DELAY) {
            return Fault.delay(call, DELAYED);
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
