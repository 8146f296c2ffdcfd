package dev.attachgateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.Timeouts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that is told to stop does not send all its readers to the others at once. */
class DrainIT {
    private static final int STREAMS = 200;
    private static final int A_SECOND = 50;
    private static final long DRAIN_SECONDS = 2;
    private static final Pattern RETRY = Pattern.compile("^retry: (\\d+)$", Pattern.MULTILINE);

    @TempDir
    Path folder;

    /** What a reader got until its connection ended, and when that was. */
    private record Told(String text, long endedNs) {
        boolean inGoodOrder() {
            return text.endsWith("\r\n0\r\n\r\n");
        }

        List<Long> retries() {
            return RETRY.matcher(text)
                    .results()
                    .map(found -> Long.parseLong(found.group(1)))
                    .toList();
        }

        /** When the client connects again. */
        long backMs(long sinceNs) {
            return TimeUnit.NANOSECONDS.toMillis(endedNs - sinceNs) + retries().getLast();
        }
    }

    @Test
    void each_stream_is_told_when_to_come_back_and_ends_in_its_turn_and_the_process_with_0() throws Exception {
        var settings = Map.of(
                "STREAM_DRAIN_TIMEOUT",
                DRAIN_SECONDS + "S",
                "STREAM_RECONNECTS_PER_SECOND",
                Integer.toString(A_SECOND),
                "STREAM_MAX_PER_CALLER",
                Integer.toString(STREAMS));
        try (var running = RunningGateway.start(folder, settings);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var gateway = new GatewayClient(running.url());
            var token = gateway.token("attacher");
            var open = new CountDownLatch(STREAMS);
            var streams = new ArrayList<Future<Told>>();
            for (int i = 0; i < STREAMS; i++) {
                streams.add(threads.submit(reader(running.port(), token, open)));
            }
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();

            var toldNs = System.nanoTime();
            running.process().terminate();
            // Who connects now is refused, which sends it elsewhere; the streams go on for their time.
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .untilAsserted(() -> assertThatThrownBy(() -> new Socket("localhost", running.port()).close())
                            .isInstanceOf(ConnectException.class));
            assertThat(running.process().isAlive()).isTrue();
            assertThat(running.process().exit(Timeouts.CONDITION)).isZero();

            var told = new ArrayList<Told>();
            for (var stream : streams) {
                told.add(stream.get(1, TimeUnit.MINUTES));
            }
            assertThat(told)
                    .allMatch(Told::inGoodOrder)
                    .allMatch(it -> it.retries().size() == 2);
            var ends = told.stream().mapToLong(Told::endedNs).sorted().toArray();
            assertThat(Duration.ofNanos(ends[STREAMS - 1] - ends[0]))
                    .as("one after the other")
                    .isGreaterThan(Duration.ofMillis(1500));
            assertThat(busiestSecond(told, toldNs)).as("back within a second").isLessThan(2 * A_SECOND);
        }
    }

    private static int busiestSecond(List<Told> told, long sinceNs) {
        var seconds = new int[60];
        told.forEach(it -> seconds[(int) (it.backMs(sinceNs) / 1000)]++);
        return Arrays.stream(seconds).max().orElse(0);
    }

    private static Callable<Told> reader(int port, String token, CountDownLatch open) {
        return () -> {
            try (var socket = new Socket("localhost", port)) {
                // A reader that is told nothing must not keep the test from ending.
                socket.setSoTimeout(60_000);
                socket.getOutputStream()
                        .write(("GET /v1/" + GatewayClient.P1
                                        + "/dev-servers/operations HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
                                        + "Authorization: Bearer " + token + "\r\n\r\n")
                                .getBytes(US_ASCII));
                return read(socket, open);
            }
        };
    }

    private static Told read(Socket socket, CountDownLatch open) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var buffer = new byte[4096];
        boolean begun = false;
        for (int count = socket.getInputStream().read(buffer);
                count > 0;
                count = socket.getInputStream().read(buffer)) {
            bytes.write(buffer, 0, count);
            if (!begun && bytes.toString(UTF_8).contains("\nid: ")) {
                begun = true;
                open.countDown();
            }
        }
        return new Told(bytes.toString(UTF_8), System.nanoTime());
    }
}
