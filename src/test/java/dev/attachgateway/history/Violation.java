package dev.attachgateway.history;

/** Something that must not be. */
public record Violation(Kind kind, String what) {

    /** Which promise is broken. */
    public enum Kind {
        /** One operation was carried out more than once. */
        DOUBLE_EFFECT,
        /** A disk was attached while it was attached, or detached while it was not. */
        IMPOSSIBLE_EFFECT,
        /** Two operations that were not finished had one disk. */
        TWO_AT_ONCE,
        SUCCESS_WITHOUT_EFFECT,
        FAILED_WITH_EFFECT,
        EFFECT_WITHOUT_OPERATION,
        POSITION_MISSING,
        POSITION_TWICE,
        CHANGED_AFTER_ITS_END,
        /** An event does not go on from where the one before it ended. */
        BROKEN_STORY,
        /** It was accepted, and there is no word of it, or no last word. */
        LOST,
        /** A caller was told what was not so. */
        CONTRADICTION
    }
}
