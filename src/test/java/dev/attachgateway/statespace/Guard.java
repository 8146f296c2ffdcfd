package dev.attachgateway.statespace;

/** What keeps an attach from happening twice or getting lost. Each can be taken out. */
enum Guard {
    UNIQUE_INDEX("a disk is reserved by a unique index"),
    FENCING_TOKEN("a write names the lease it is made under"),
    VERSION("a write names the version it was made from"),
    INTENT_FIRST("the intent is committed before the request leaves"),
    SEND_BEFORE("the clock is looked at just before the request leaves"),
    LATE_TAKE_OVER("nobody takes over before the last moment to send and to be answered"),
    TAKE_OVER("another replica carries on when the lease has run out"),
    WINDOW("it is not certain that nothing happened while the cloud still takes the signature"),
    COUNT_AFTER_WINDOW("only looks after the end of that window are counted"),
    LOOK_DATED("a look counts from when it was begun, not from when it is judged"),
    READS("so many quiet looks in a row"),
    QUIET("over so long a time"),
    DOUBT("a refusal after a request of unknown outcome is confirmed by looking"),
    UNDATED_ONCE("a request sent with a token is never sent again");

    private final String sentence;

    Guard(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
