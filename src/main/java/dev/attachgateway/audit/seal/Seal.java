package dev.attachgateway.audit.seal;

import org.jspecify.annotations.Nullable;

/**
 * A seal of the hash chain, as it is stored.
 *
 * @param number one more than that of the previous seal; the first is 1
 * @param sealedAt by the database's clock, in UTC with microseconds
 * @param entryCount the number of entries it covers
 * @param keyName the name of its key; null without a key
 * @param previousHash the hash of the previous seal, in hex; zeros for the first
 * @param hash its own hash, in hex
 */
public record Seal(
        long number,
        String sealedAt,
        int entryCount,
        @Nullable String keyName,
        String previousHash,
        String hash) {

    /** The text that operators record elsewhere; it fixes the seal and everything before it. */
    public String checkpoint() {
        return number + ":" + hash;
    }
}
