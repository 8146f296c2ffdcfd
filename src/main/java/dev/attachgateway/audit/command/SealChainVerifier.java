package dev.attachgateway.audit.command;

import dev.attachgateway.audit.seal.Seal;
import dev.attachgateway.audit.seal.SealHash;
import dev.attachgateway.audit.seal.SealKey;
import dev.attachgateway.audit.seal.SealKeys;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain from seal to seal and reports where it breaks; it keeps one seal in memory, however many entries
 * that covers.
 */
final class SealChainVerifier {
    private final SealKeys keys;
    private final VerificationFindings findings;
    private final Map<Long, String> expectedHashes;
    private Seal lastSeal;
    private @Nullable SealHash sealHash;
    private int entriesInSeal;
    private long sealCount;
    private long entryCount;

    /**
     * Starts before the first seal.
     *
     * @param anchor the seal that the first one has to continue
     * @param expected hashes that were recorded elsewhere, by the number of their seal
     */
    SealChainVerifier(Seal anchor, Map<Long, String> expected, SealKeys keys, VerificationFindings findings) {
        this.lastSeal = anchor;
        this.expectedHashes = new HashMap<>(expected);
        this.keys = keys;
        this.findings = findings;
        checkExpected(anchor);
    }

    /** Adds the next seal; the entries under it follow. */
    void nextSeal(Seal next) {
        completeSeal();
        if (next.number() == lastSeal.number() + 2) {
            findings.add("seal " + (lastSeal.number() + 1) + " was removed");
        } else if (next.number() > lastSeal.number() + 1) {
            findings.add("seals " + (lastSeal.number() + 1) + " to " + (next.number() - 1) + " were removed");
        } else if (next.number() <= lastSeal.number()) {
            findings.add("seal " + next.number() + " exists more than once");
        } else if (!next.previousHash().equals(lastSeal.hash())) {
            findings.add("seal " + next.number() + " does not continue seal " + lastSeal.number()
                    + ": one of the two was replaced");
        }
        if (lastSeal.keyName() != null && next.keyName() == null) {
            findings.add("seal " + next.number() + " was made without a key, and the one before with one");
        }
        checkExpected(next);
        lastSeal = next;
        sealHash = SealHash.of(next, requiredKey(next));
        entriesInSeal = 0;
        sealCount++;
    }

    private @Nullable SealKey requiredKey(Seal seal) {
        return seal.keyName() == null
                ? null
                : keys.findByName(seal.keyName())
                        .orElseThrow(() -> new IllegalStateException("seal " + seal.number()
                                + " was made with the key " + seal.keyName()
                                + ", which audit.seal-key-file does not have"));
    }

    private void checkExpected(Seal seal) {
        var expected = expectedHashes.remove(seal.number());
        if (expected != null && !expected.equals(seal.hash())) {
            findings.add("seal " + seal.number()
                    + " does not have the expected hash: the chain was rebuilt from there or from before");
        }
    }

    /**
     * Adds the next entry under the seal.
     *
     * @param digest as sealed
     * @param found digest of the entry as it is now; null when the entry is missing
     */
    void nextEntry(long id, String digest, @Nullable String found) {
        if (sealHash != null) {
            sealHash.add(digest);
        }
        entriesInSeal++;
        entryCount++;
        if (found == null) {
            findings.add("line " + id + " was removed (seal " + lastSeal.number() + ", place " + entriesInSeal + ")");
        } else if (!found.equals(digest)) {
            findings.add("line " + id + " was changed (seal " + lastSeal.number() + ", place " + entriesInSeal + ")");
        }
    }

    /** Ends the chain after the newest seal. */
    void complete() {
        completeSeal();
        if (!keys.keys().isEmpty() && sealCount > 0 && lastSeal.keyName() == null) {
            findings.add("seal " + lastSeal.number()
                    + ", the newest, was made without a key, and audit.seal-key-file has one");
        }
        expectedHashes.keySet().stream()
                .sorted()
                .forEach(number -> findings.add("seal " + number
                        + ", which was expected, is missing: the chain was cut off"
                        + (number > lastSeal.number() ? " after seal " + lastSeal.number() : " before it")));
    }

    private void completeSeal() {
        if (sealHash == null) {
            return;
        }
        if (entriesInSeal != lastSeal.entryCount()) {
            findings.add("seal " + lastSeal.number() + " has " + entriesInSeal + " lines and was made for "
                    + lastSeal.entryCount());
        } else if (!sealHash.hex().equals(lastSeal.hash())) {
            findings.add("seal " + lastSeal.number()
                    + " does not match its hash: it was changed, or the lines under it were replaced or reordered");
        }
        sealHash = null;
    }

    /** The newest seal, or the anchor when there is none. */
    Seal lastSeal() {
        return lastSeal;
    }

    long sealCount() {
        return sealCount;
    }

    long entryCount() {
        return entryCount;
    }
}
