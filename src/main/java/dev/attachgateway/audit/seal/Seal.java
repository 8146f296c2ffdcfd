package dev.attachgateway.audit.seal;

import org.jspecify.annotations.Nullable;

/**
 * A link of the chain, as it is stored.
 *
 * @param number one more than that of the seal before; the first is 1
 * @param sealedAt by the database's clock, in UTC with microseconds
 * @param entryCount how many lines it covers
 * @param keyName which key it was made with, or null for none
 * @param previousHash the hash of the seal before, in hex; zeros before the first
 * @param hash its own, in hex
 */
public record Seal(
        long number,
        String sealedAt,
        int entryCount,
        @Nullable String keyName,
        String previousHash,
        String hash) {

    /** What an operator notes down elsewhere: whoever has the mark knows all that came before it. */
    public String checkpoint() {
        return number + ":" + hash;
    }
}
