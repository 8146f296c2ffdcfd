package dev.attachgateway.history;

/** A violation of a guarantee. */
public record Violation(Kind kind, String description) {

    /** The violated guarantee. */
    public enum Kind {
        /** One operation had more than one effect. */
        DOUBLE_EFFECT,
        /** A disk was attached while it was attached, or detached while it was not. */
        IMPOSSIBLE_EFFECT,
        /** Two unfinished operations reserved the same disk. */
        CONCURRENT_OPERATIONS,
        SUCCESS_WITHOUT_EFFECT,
        FAILED_WITH_EFFECT,
        EFFECT_WITHOUT_OPERATION,
        MISSING_POSITION,
        DUPLICATE_POSITION,
        EVENT_AFTER_END,
        /** The previous status of an event differs from the status of the event before it. */
        DISCONTINUOUS_EVENTS,
        /** An accepted operation has no events or no terminal event. */
        LOST,
        /** A response contradicts the recorded events or effects. */
        CONTRADICTION
    }
}
