package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Proves how far behind the tail counts, from read to read. */
class TailProgressTest {
    private final TailProgress progress = new TailProgress();

    private long behind(long now) {
        return progress.behind(now).toNanos();
    }

    @Test
    void the_tail_is_not_behind_without_followed_projects() {
        assertThat(behind(1_000)).isZero();
        progress.begin(1_000);
        progress.fail();
        assertThat(behind(5_000)).isEqualTo(4_000);
        progress.idle();
        assertThat(behind(9_000)).isZero();
        assertThat(progress.failures()).isZero();
    }

    @Test
    void a_read_covers_events_committed_before_it_began() {
        progress.begin(1_000);
        assertThat(behind(1_300)).as("while it runs").isEqualTo(300);
        progress.end(true);
        assertThat(behind(1_500)).isEqualTo(500);
        progress.begin(2_000);
        assertThat(behind(2_100)).as("while the next one runs").isEqualTo(1_100);
        progress.end(true);
        assertThat(behind(2_100)).isEqualTo(100);
    }

    @Test
    void an_incomplete_or_failed_read_leaves_the_tail_behind() {
        progress.begin(1_000);
        progress.end(true);
        progress.begin(2_000);
        progress.end(false);
        assertThat(behind(3_000)).isEqualTo(2_000);
        progress.begin(3_000);
        progress.fail();
        progress.begin(4_000);
        progress.fail();
        assertThat(behind(5_000)).isEqualTo(4_000);
        assertThat(progress.failures()).isEqualTo(2);
        progress.begin(6_000);
        progress.end(true);
        assertThat(behind(6_000)).isZero();
        assertThat(progress.failures()).isZero();
    }
}
