package dev.attachgateway.access.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
    /** As {@link System#nanoTime} may be: below zero. */
    private long now = -5_000_000_000L;

    private final TokenBuckets<String> buckets = new TokenBuckets<>(10, 2, 4);

    @Test
    void so_much_is_let_in_at_once_and_the_rest_at_its_rate() {
        for (int i = 9; i >= 0; i--) {
            assertThat(take("a", 1))
                    .isEqualTo(new TokenBuckets.BucketState(true, i, Duration.ofMillis(500L * (10 - i)), untilNext(i)));
        }
        assertThat(take("a", 1))
                .isEqualTo(new TokenBuckets.BucketState(false, 0, Duration.ofSeconds(5), Duration.ofMillis(500)));

        pass(Duration.ofMillis(499));
        assertThat(take("a", 1).allowed()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(take("a", 1).allowed()).isTrue();
        assertThat(take("a", 1).allowed()).isFalse();

        pass(Duration.ofHours(1));
        assertThat(take("a", 10).allowed()).as("never more than a full one").isTrue();
        assertThat(take("a", 1).allowed()).isFalse();
    }

    @Test
    void what_costs_more_than_is_left_takes_nothing() {
        take("a", 8);

        assertThat(take("a", 5))
                .isEqualTo(new TokenBuckets.BucketState(false, 2, Duration.ofSeconds(4), Duration.ofMillis(1_500)));
        assertThat(buckets.peek("a", 2, now).allowed()).isTrue();
        assertThat(take("a", 2).allowed()).isTrue();
    }

    @Test
    void each_key_has_its_own() {
        take("a", 10);

        assertThat(take("b", 10).allowed()).isTrue();
    }

    @Test
    void a_flood_of_keys_gives_nobody_a_full_bucket_and_takes_no_more_room() {
        take("attacker", 10);
        for (int i = 0; i < 3; i++) {
            take("neighbour-" + i, 10);
        }

        int letIn = 0;
        for (int i = 0; i < 1_000; i++) {
            letIn += take("flood-" + i, 1).allowed() ? 1 : 0;
        }

        assertThat(letIn).as("all of the flood share one").isEqualTo(10);
        assertThat(take("attacker", 1).allowed()).isFalse();
        assertThat(buckets.count()).isEqualTo(4);
    }

    @Test
    void a_full_bucket_makes_room_for_another() {
        take("a", 1);
        for (int i = 0; i < 3; i++) {
            take("b-" + i, 10);
        }
        pass(Duration.ofMillis(500));

        assertThat(take("c", 10).allowed()).isTrue();
        assertThat(take("d", 10).allowed()).as("the shared one is full").isTrue();
        assertThat(take("e", 1).allowed()).as("and is now empty").isFalse();
        assertThat(buckets.count()).isEqualTo(4);
    }

    private static Duration untilNext(int left) {
        return left > 0 ? Duration.ZERO : Duration.ofMillis(500);
    }

    private TokenBuckets.BucketState take(String key, int tokens) {
        return buckets.tryConsume(key, tokens, now);
    }

    private void pass(Duration duration) {
        now += duration.toNanos();
    }
}
