package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Compact codes for the hashes of states, and descriptions for traces. */
final class StateCodes {
    private static final Map<OperationState, Integer> STATES = new HashMap<>();

    private StateCodes() {}

    static synchronized int state(OperationState state) {
        return STATES.computeIfAbsent(state, _ -> STATES.size() + 1);
    }

    /** A hash in which each bit depends on each bit of both values. */
    static long mix(long hash, long value) {
        var mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }

    static String describe(OperationState state) {
        var step = state.step().name().toLowerCase(Locale.ROOT);
        return state instanceof OperationState.Unsettled unsettled && unsettled.pendingFailure() != null
                ? step + " (pending: " + unsettled.pendingFailure().code() + ")"
                : step;
    }
}
