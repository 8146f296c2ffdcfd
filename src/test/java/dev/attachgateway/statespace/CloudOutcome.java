package dev.attachgateway.statespace;

/** The cloud's processing state of an operation's requests. */
enum CloudOutcome {
    NONE(0),
    IN_PROGRESS(1),
    APPLIED(2),
    ROLLED_BACK(3);

    private final int code;

    CloudOutcome(int code) {
        this.code = code;
    }

    boolean isEffect() {
        return this == IN_PROGRESS || this == APPLIED;
    }

    int code() {
        return code;
    }
}
