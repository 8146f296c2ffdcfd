package dev.attachgateway.access.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Proves the arithmetic of the token buckets and that their number is bounded. */
class TokenBucketsTest {
    /** Negative, as {@link System#nanoTime} may be. */
    private long now = -5_000_000_000L;

    private final TokenBuckets<String> buckets = new TokenBuckets<>(10, 2, 4);

    @Test
    void a_bucket_allows_its_capacity_at_once_and_then_its_refill_rate() {
        for (int i = 9; i >= 0; i--) {
            assertThat(take("a", 1))
                    .isEqualTo(new TokenBuckets.BucketState(true, i, Duration.ofMillis(500L * (10 - i)), untilNext(i)));
        }
        assertThat(take("a", 1))
                .isEqualTo(new TokenBuckets.BucketState(false, 0, Duration.ofSeconds(5), Duration.ofMillis(500)));

        advance(Duration.ofMillis(499));
        assertThat(take("a", 1).allowed()).isFalse();
        advance(Duration.ofMillis(1));
        assertThat(take("a", 1).allowed()).isTrue();
        assertThat(take("a", 1).allowed()).isFalse();

        advance(Duration.ofHours(1));
        assertThat(take("a", 10).allowed()).as("at most the capacity").isTrue();
        assertThat(take("a", 1).allowed()).isFalse();
    }

    @Test
    void a_request_for_more_tokens_than_are_left_takes_none() {
        take("a", 8);

        assertThat(take("a", 5))
                .isEqualTo(new TokenBuckets.BucketState(false, 2, Duration.ofSeconds(4), Duration.ofMillis(1_500)));
        assertThat(buckets.peek("a", 2, now).allowed()).isTrue();
        assertThat(take("a", 2).allowed()).isTrue();
    }

    @Test
    void each_key_has_its_own_bucket() {
        take("a", 10);

        assertThat(take("b", 10).allowed()).isTrue();
    }

    @Test
    void a_flood_of_keys_shares_one_bucket_and_takes_no_more_memory() {
        take("attacker", 10);
        for (int i = 0; i < 3; i++) {
            take("neighbour-" + i, 10);
        }

        int allowed = 0;
        for (int i = 0; i < 1_000; i++) {
            allowed += take("flood-" + i, 1).allowed() ? 1 : 0;
        }

        assertThat(allowed).as("the whole flood shares one bucket").isEqualTo(10);
        assertThat(take("attacker", 1).allowed()).isFalse();
        assertThat(buckets.count()).isEqualTo(4);
    }

    @Test
    void a_full_bucket_is_evicted_for_a_new_key() {
        take("a", 1);
        for (int i = 0; i < 3; i++) {
            take("b-" + i, 10);
        }
        advance(Duration.ofMillis(500));

        assertThat(take("c", 10).allowed()).isTrue();
        assertThat(take("d", 10).allowed()).as("the overflow bucket is full").isTrue();
        assertThat(take("e", 1).allowed()).as("and is now empty").isFalse();
        assertThat(buckets.count()).isEqualTo(4);
    }

    private static Duration untilNext(int left) {
        return left > 0 ? Duration.ZERO : Duration.ofMillis(500);
    }

    private TokenBuckets.BucketState take(String key, int tokens) {
        return buckets.tryConsume(key, tokens, now);
    }

    private void advance(Duration duration) {
        now += duration.toNanos();
    }
}
