package dev.attachgateway.stream.eventlog;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * What tells an event from the one that another history has at its position.
 *
 * @param at to the microsecond
 */
public record EventFingerprint(UUID operationId, Instant at) {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Short enough for an id; the same on every replica. */
    public String check() {
        var micros = Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1000);
        var bits = mixed(
                mixed(mixed(micros) ^ operationId.getMostSignificantBits()) ^ operationId.getLeastSignificantBits());
        return HexFormat.of().toHexDigits((int) bits);
    }

    private static long mixed(long bits) {
        var spread = bits * MIX;
        return spread ^ (spread >>> 32);
    }
}
