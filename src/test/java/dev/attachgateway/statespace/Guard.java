package dev.attachgateway.statespace;

/** The mechanisms that prevent a double or lost attach. Each can be removed from the model. */
enum Guard {
    UNIQUE_INDEX("a disk is reserved by a unique index"),
    FENCING_TOKEN("a write is conditional on the lease"),
    VERSION("a write is conditional on the version that was read"),
    INTENT_FIRST("the intent is committed before the request is sent"),
    SEND_BEFORE("the send timeout is checked just before the request is sent"),
    TAKEOVER_DELAY("a takeover waits for the last moment to send and to receive the response"),
    TAKEOVER("another replica takes over when the lease has expired"),
    ACCEPTANCE_WINDOW("a request is not certainly unapplied while the cloud still accepts its signature"),
    COUNT_AFTER_WINDOW("only quiet reads after the end of the acceptance window count"),
    READ_START_TIME("a read counts from its start, not from its evaluation"),
    MIN_READS("certainty needs a minimum number of consecutive quiet reads"),
    QUIET_PERIOD("the quiet reads have to span the quiet period"),
    CONFIRM_REFUSAL("a refusal after a request of unknown outcome is confirmed by reads"),
    TOKEN_SENT_ONCE("a request sent with a token is never retried after an unknown outcome");

    private final String sentence;

    Guard(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
