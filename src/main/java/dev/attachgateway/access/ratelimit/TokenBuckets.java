package dev.attachgateway.access.ratelimit;

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
final class TokenBuckets<K> {
    private static final int EVICTION_SCAN_LIMIT = 8;

    private final long nanosPerToken;
    private final long capacityNanos;
    private final int maxBuckets;
    private final Map<K, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true);
    private OptionalLong overflowFullAt = OptionalLong.empty();

    /**
     * What is left in a bucket.
     *
     * @param allowed whether what was asked for was in it, and is now taken
     * @param remaining whole tokens
     * @param untilFull how long until it is full
     * @param retryAfter how long until what was asked for would be in it
     */
    record BucketState(boolean allowed, long remaining, Duration untilFull, Duration retryAfter) {}

    /**
     * Buckets.
     *
     * @param size tokens in a full one
     * @param perSecond tokens that come back
     * @param most how many buckets there are at most
     */
    TokenBuckets(int size, double perSecond, int most) {
        this.nanosPerToken = Math.max(1, (long) (Duration.ofSeconds(1).toNanos() / perSecond));
        this.capacityNanos = Math.multiplyExact(size, nanosPerToken);
        this.maxBuckets = most;
    }

    /** Takes so many tokens if they are there, and none if not. */
    synchronized BucketState tryConsume(K key, int tokens, long now) {
        long full = fullAt(key, now);
        long after = full + tokens * nanosPerToken;
        if (after - now > capacityNanos) {
            return bucketState(false, full, tokens, now);
        }
        put(key, after, now);
        return bucketState(true, after, tokens, now);
    }

    /** Looks whether so many tokens are there, and takes none. */
    synchronized BucketState peek(K key, int tokens, long now) {
        long full = fullAt(key, now);
        return bucketState(full + tokens * nanosPerToken - now <= capacityNanos, full, tokens, now);
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
        return makeRoom(now) ? now : Math.max(overflowFullAt.orElse(now), now);
    }

    private void put(K key, long full, long now) {
        if (fullAt.containsKey(key) || makeRoom(now)) {
            fullAt.put(key, full);
        } else {
            overflowFullAt = OptionalLong.of(full);
        }
    }

    /** Those that were not asked for longest are the likeliest to be full. */
    private boolean makeRoom(long now) {
        Iterator<Long> eldest = fullAt.values().iterator();
        for (int i = 0; fullAt.size() >= maxBuckets && i < EVICTION_SCAN_LIMIT && eldest.hasNext(); i++) {
            if (eldest.next() - now <= 0) {
                eldest.remove();
            }
        }
        return fullAt.size() < maxBuckets;
    }

    private BucketState bucketState(boolean allowed, long full, int tokens, long now) {
        long used = full - now;
        return new BucketState(
                allowed,
                Math.max(0, (capacityNanos - used) / nanosPerToken),
                Duration.ofNanos(Math.max(0, used)),
                Duration.ofNanos(Math.max(0, used + tokens * nanosPerToken - capacityNanos)));
    }
}
