package dev.attachgateway.statespace;

/** What the cloud has made of an operation's requests. */
enum Fate {
    NOTHING(0),
    AT_WORK(1),
    DONE(2),
    CAME_TO_NOTHING(3);

    private final int code;

    Fate(int code) {
        this.code = code;
    }

    boolean isEffect() {
        return this == AT_WORK || this == DONE;
    }

    int code() {
        return code;
    }
}
