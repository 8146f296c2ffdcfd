package dev.attachgateway.access.ratelimit;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Token buckets, one for each key. A bucket is stored as the instant at which it is full again (the generic cell rate
 * algorithm), so a full bucket can be evicted. The number of buckets is bounded: when none can be evicted, all further keys
 * share one overflow bucket, so that no key gets a full bucket by evicting an empty one.
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
     * The state of a bucket after a request for tokens.
     *
     * @param allowed whether the bucket had the requested tokens
     * @param remaining whole tokens left
     * @param untilFull the time until the bucket is full
     * @param retryAfter the time until the bucket has the requested tokens
     */
    record BucketState(boolean allowed, long remaining, Duration untilFull, Duration retryAfter) {}

    /**
     * Creates an empty set of buckets.
     *
     * @param capacity tokens in a full bucket
     * @param tokensPerSecond the refill rate
     * @param maxBuckets the maximum number of stored buckets
     */
    TokenBuckets(int capacity, double tokensPerSecond, int maxBuckets) {
        this.nanosPerToken = Math.max(1, (long) (Duration.ofSeconds(1).toNanos() / tokensPerSecond));
        this.capacityNanos = Math.multiplyExact(capacity, nanosPerToken);
        this.maxBuckets = maxBuckets;
    }

    /** Takes the tokens if the bucket has all of them, else none. */
    synchronized BucketState tryConsume(K key, int tokens, long now) {
        long full = fullAt(key, now);
        long newFullAt = full + tokens * nanosPerToken;
        if (newFullAt - now > capacityNanos) {
            return bucketState(false, full, tokens, now);
        }
        put(key, newFullAt, now);
        return bucketState(true, newFullAt, tokens, now);
    }

    /** Checks whether the bucket has the tokens, and takes none. */
    synchronized BucketState peek(K key, int tokens, long now) {
        long full = fullAt(key, now);
        return bucketState(full + tokens * nanosPerToken - now <= capacityNanos, full, tokens, now);
    }

    /** The number of stored buckets. */
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

    /** The least recently used buckets are the most likely to be full. */
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
