package dev.attachgateway.access;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Token buckets, one for each key. Of a bucket only the instant is kept at which it will be full again (the generic cell rate
 * algorithm), so one that is full may be forgotten. There are at most so many: when none can be forgotten, whoever comes
 * next shares one with all others who do, so that nobody gets a full bucket by pushing out an empty one.
 *
 * <p>Instants are in nanoseconds, as of {@link System#nanoTime}.
 */
final class Buckets<K> {
    private static final int LOOKED_AT = 8;

    private final long costOfOne;
    private final long size;
    private final int most;
    private final Map<K, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true);
    private OptionalLong othersFullAt = OptionalLong.empty();

    /**
     * What is left in a bucket.
     *
     * @param allowed whether what was asked for was in it, and is now taken
     * @param left whole tokens
     * @param untilFull how long until it is full
     * @param untilAllowed how long until what was asked for would be in it
     */
    record Level(boolean allowed, long left, Duration untilFull, Duration untilAllowed) {}

    /**
     * Buckets.
     *
     * @param size tokens in a full one
     * @param perSecond tokens that come back
     * @param most how many buckets there are at most
     */
    Buckets(int size, double perSecond, int most) {
        this.costOfOne = Math.max(1, (long) (Duration.ofSeconds(1).toNanos() / perSecond));
        this.size = Math.multiplyExact(size, costOfOne);
        this.most = most;
    }

    /** Takes so many tokens if they are there, and none if not. */
    synchronized Level take(K key, int tokens, long now) {
        long full = fullAt(key, now);
        long after = full + tokens * costOfOne;
        if (after - now > size) {
            return level(false, full, tokens, now);
        }
        put(key, after, now);
        return level(true, after, tokens, now);
    }

    /** Looks whether so many tokens are there, and takes none. */
    synchronized Level look(K key, int tokens, long now) {
        long full = fullAt(key, now);
        return level(full + tokens * costOfOne - now <= size, full, tokens, now);
    }

    /** How many are not full, as far as is known. */
    synchronized int count() {
        return fullAt.size();
    }

    private long fullAt(K key, long now) {
        Long full = fullAt.get(key);
        if (full != null) {
            return Math.max(full, now);
        }
        return hasRoom(now) ? now : Math.max(othersFullAt.orElse(now), now);
    }

    private void put(K key, long full, long now) {
        if (fullAt.containsKey(key) || hasRoom(now)) {
            fullAt.put(key, full);
        } else {
            othersFullAt = OptionalLong.of(full);
        }
    }

    /** Those that were not asked for longest are the likeliest to be full. */
    private boolean hasRoom(long now) {
        Iterator<Long> eldest = fullAt.values().iterator();
        for (int i = 0; fullAt.size() >= most && i < LOOKED_AT && eldest.hasNext(); i++) {
            if (eldest.next() - now <= 0) {
                eldest.remove();
            }
        }
        return fullAt.size() < most;
    }

    private Level level(boolean allowed, long full, int tokens, long now) {
        long used = full - now;
        return new Level(
                allowed,
                Math.max(0, (size - used) / costOfOne),
                Duration.ofNanos(Math.max(0, used)),
                Duration.ofNanos(Math.max(0, used + tokens * costOfOne - size)));
    }
}
