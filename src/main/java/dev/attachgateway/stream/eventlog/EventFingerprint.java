package dev.attachgateway.stream.eventlog;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Distinguishes an event from the one that another history has at its position.
 *
 *
 * @param at to the microsecond
 */
public record EventFingerprint(UUID operationId, Instant at) {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** A 32-bit hash in hexadecimal, short enough for an event id and the same on every replica. */
    public String checksum() {
        var micros = Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1000);
        var bits = mix(mix(mix(micros) ^ operationId.getMostSignificantBits()) ^ operationId.getLeastSignificantBits());
        return HexFormat.of().toHexDigits((int) bits);
    }

    private static long mix(long bits) {
        var product = bits * MIX;
        return product ^ (product >>> 32);
    }
}
