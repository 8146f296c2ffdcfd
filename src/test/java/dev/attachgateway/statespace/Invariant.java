package dev.attachgateway.statespace;

/** What is true at every moment. */
enum Invariant {
    ONE_RESERVATION("at most one unfinished operation has the disk"),
    ONE_EFFECT("the disk is attached at most once"),
    TRUE_SUCCESS("an operation is a success only if the disk is attached to its server"),
    TRUE_FAILURE("an operation is failed only if it attached nothing and no more can"),
    FENCED_SEND("nobody sends for an operation that another has taken over"),
    END_IS_FINAL("what has ended stays ended"),
    NEVER_LOST("from everywhere some way leads to an end, or to \"unsettled\" with the reservation kept");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
