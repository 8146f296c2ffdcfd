package dev.attachgateway.audit;

import org.jspecify.annotations.Nullable;

/**
 * A link of the chain, as it is stored.
 *
 * @param number one more than that of the seal before; the first is 1
 * @param sealedAt by the database's clock, in UTC with microseconds
 * @param lines how many lines it covers
 * @param key which key it was made with, or null for none
 * @param previous the hash of the seal before, in hex; zeros before the first
 * @param hash its own, in hex
 */
record Seal(
        long number, String sealedAt, int lines, @Nullable String key, String previous, String hash) {

    /** What an operator notes down elsewhere: whoever has the mark knows all that came before it. */
    String mark() {
        return number + ":" + hash;
    }
}
