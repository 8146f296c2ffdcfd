package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.access.policy.ReadScope;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final Row row = new Row(loop);

    /** Writes down what it is told. */
    private final class Listener implements Watcher {
        final LinkedBlockingQueue<List<Long>> told = new LinkedBlockingQueue<>();

        @Override
        public Audience audience() {
            return new Audience("p", Filter.ALL, ReadScope.UNRESTRICTED);
        }

        @Override
        public Context loop() {
            return loop;
        }

        @Override
        public void changed(Batch batch) {
            told.add(batch.changes().stream().map(Change::position).toList());
        }

        @Override
        public void lost() {}

        List<Long> next() throws InterruptedException {
            return told.poll(5, TimeUnit.SECONDS);
        }
    }

    private static Change change(long position) {
        return new Change(Epoch.of("test"), Events.at("p", position, "{}"));
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    @Test
    void what_comes_while_the_loop_is_busy_is_told_at_once_and_only_to_those_who_were_let_in_before_it()
            throws Exception {
        var early = new Listener();
        var late = new Listener();
        row.join(early);
        var busy = new CountDownLatch(1);
        loop.runOnContext(nothing -> {
            try {
                busy.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        row.tell(change(1));
        row.tell(change(2));
        row.join(late);
        row.tell(change(3));
        busy.countDown();

        assertThat(early.next()).containsExactly(1L, 2L);
        assertThat(early.next()).containsExactly(3L);
        assertThat(late.next()).containsExactly(3L);
    }
}
