package dev.attachgateway.statespace;

/** The properties that hold in every state. */
enum Invariant {
    ONE_RESERVATION("at most one unfinished operation reserves the disk"),
    ONE_EFFECT("the disk is attached at most once"),
    TRUE_SUCCESS("an operation is a success only if the disk is attached to its server"),
    TRUE_FAILURE("an operation fails only if it attached nothing and can attach nothing any more"),
    FENCED_SEND("no replica sends for an operation that another has taken over"),
    END_IS_FINAL("an ended operation does not change"),
    NEVER_LOST("every state can reach one where the operation has ended or is unsettled with the reservation kept");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
