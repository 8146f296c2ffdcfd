package dev.attachgateway.audit;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows the chain from seal to seal and says where it breaks; it remembers one seal, however many lines that covers. */
final class Chain {
    private final SealKeys keys;
    private final Findings findings;
    private final Map<Long, String> expected;
    private Seal last;
    private @Nullable SealHash hash;
    private int under;
    private long seals;
    private long lines;

    /**
     * Before the first seal.
     *
     * @param anchor what the first one has to continue
     * @param expected hashes that were noted elsewhere, by the number of their seal
     */
    Chain(Seal anchor, Map<Long, String> expected, SealKeys keys, Findings findings) {
        this.last = anchor;
        this.expected = new HashMap<>(expected);
        this.keys = keys;
        this.findings = findings;
        compare(anchor);
    }

    /** The next seal; then come the lines under it. */
    void seal(Seal next) {
        finish();
        if (next.number() == last.number() + 2) {
            findings.add("seal " + (last.number() + 1) + " was removed");
        } else if (next.number() > last.number() + 1) {
            findings.add("seals " + (last.number() + 1) + " to " + (next.number() - 1) + " were removed");
        } else if (next.number() <= last.number()) {
            findings.add("seal " + next.number() + " is there more than once");
        } else if (!next.previous().equals(last.hash())) {
            findings.add("seal " + next.number() + " does not continue seal " + last.number()
                    + ": one of the two is not the one that was made");
        }
        if (last.key() != null && next.key() == null) {
            findings.add("seal " + next.number() + " was made without a key, and the one before with one");
        }
        compare(next);
        last = next;
        hash = SealHash.of(next, key(next));
        under = 0;
        seals++;
    }

    private @Nullable SealKey key(Seal seal) {
        return seal.key() == null
                ? null
                : keys.named(seal.key())
                        .orElseThrow(() -> new IllegalStateException("seal " + seal.number()
                                + " was made with the key " + seal.key()
                                + ", which audit.seal-key-file does not have"));
    }

    private void compare(Seal seal) {
        var noted = expected.remove(seal.number());
        if (noted != null && !noted.equals(seal.hash())) {
            findings.add("seal " + seal.number()
                    + " is not the one that was noted: the record was made anew, from there" + " or before");
        }
    }

    /**
     * The next line under the seal.
     *
     * @param digest as it was sealed
     * @param found of the line as it is; null when there is none
     */
    void line(long id, String digest, @Nullable String found) {
        if (hash != null) {
            hash.add(digest);
        }
        under++;
        lines++;
        if (found == null) {
            findings.add("line " + id + " was removed (seal " + last.number() + ", place " + under + ")");
        } else if (!found.equals(digest)) {
            findings.add("line " + id + " was changed (seal " + last.number() + ", place " + under + ")");
        }
    }

    /** After the newest seal. */
    void end() {
        finish();
        if (!keys.all().isEmpty() && seals > 0 && last.key() == null) {
            findings.add(
                    "seal " + last.number() + ", the newest, was made without a key, and audit.seal-key-file has one");
        }
        expected.keySet().stream()
                .sorted()
                .forEach(number -> findings.add("seal " + number
                        + ", which was noted, is not in the record: it was cut off"
                        + (number > last.number() ? " after seal " + last.number() : " before it")));
    }

    private void finish() {
        if (hash == null) {
            return;
        }
        if (under != last.lines()) {
            findings.add("seal " + last.number() + " has " + under + " lines and was made over " + last.lines());
        } else if (!hash.hex().equals(last.hash())) {
            findings.add("seal " + last.number()
                    + " does not fit: it was changed, or what is under it was exchanged or put in another order");
        }
        hash = null;
    }

    /** The newest seal, or the anchor when there is none. */
    Seal newest() {
        return last;
    }

    long seals() {
        return seals;
    }

    long lines() {
        return lines;
    }
}
