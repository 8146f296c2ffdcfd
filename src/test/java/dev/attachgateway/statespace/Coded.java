package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Numbers for states, so that a world can be told from another by few of them, and words for people. */
final class Coded {
    private static final Map<OperationState, Integer> STATES = new HashMap<>();

    private Coded() {}

    static synchronized int state(OperationState state) {
        return STATES.computeIfAbsent(state, unknown -> STATES.size() + 1);
    }

    /** A hash in which each bit depends on each bit of both. */
    static long mix(long hash, long value) {
        var mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }

    static String words(OperationState state) {
        var word = state.step().name().toLowerCase(Locale.ROOT);
        return state instanceof OperationState.Unsettled unsettled && unsettled.pendingFailure() != null
                ? word + " (pending: " + unsettled.pendingFailure().code() + ")"
                : word;
    }
}
