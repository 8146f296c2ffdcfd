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

/** A draining replica spreads the reconnects of its stream clients over time. */
class DrainIT {
    private static final int STREAMS = 200;
    private static final int RECONNECTS_PER_SECOND = 50;
    private static final long DRAIN_SECONDS = 2;
    private static final Pattern RETRY = Pattern.compile("^retry: (\\d+)$", Pattern.MULTILINE);

    @TempDir
    Path folder;

    /** The text a client received until its connection ended, and the time of that end. */
    private record Received(String text, long endedNs) {
        boolean endsWithLastChunk() {
            return text.endsWith("\r\n0\r\n\r\n");
        }

        List<Long> retries() {
            return RETRY.matcher(text)
                    .results()
                    .map(found -> Long.parseLong(found.group(1)))
                    .toList();
        }

        /** When the client reconnects, relative to a time. */
        long reconnectMs(long sinceNs) {
            return TimeUnit.NANOSECONDS.toMillis(endedNs - sinceNs) + retries().getLast();
        }
    }

    @Test
    void each_stream_gets_its_own_retry_time_and_end_and_the_process_exits_with_0() throws Exception {
        var settings = Map.of(
                "STREAM_DRAIN_TIMEOUT",
                DRAIN_SECONDS + "S",
                "STREAM_RECONNECTS_PER_SECOND",
                Integer.toString(RECONNECTS_PER_SECOND),
                "STREAM_MAX_PER_CALLER",
                Integer.toString(STREAMS));
        try (var running = RunningGateway.start(folder, settings);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var gateway = new GatewayClient(running.url());
            var token = gateway.token("attacher");
            var open = new CountDownLatch(STREAMS);
            var streams = new ArrayList<Future<Received>>();
            for (int i = 0; i < STREAMS; i++) {
                streams.add(threads.submit(reader(running.port(), token, open)));
            }
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();

            var terminatedNs = System.nanoTime();
            running.process().terminate();
            // New connections are refused, so that clients connect to another replica; open streams go on until
            // drained.
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .untilAsserted(() -> assertThatThrownBy(() -> new Socket("localhost", running.port()).close())
                            .isInstanceOf(ConnectException.class));
            assertThat(running.process().isAlive()).isTrue();
            assertThat(running.process().exit(Timeouts.CONDITION)).isZero();

            var received = new ArrayList<Received>();
            for (var stream : streams) {
                received.add(stream.get(1, TimeUnit.MINUTES));
            }
            assertThat(received)
                    .allMatch(Received::endsWithLastChunk)
                    .allMatch(client -> client.retries().size() == 2);
            var ends = received.stream().mapToLong(Received::endedNs).sorted().toArray();
            assertThat(Duration.ofNanos(ends[STREAMS - 1] - ends[0]))
                    .as("streams end one after the other")
                    .isGreaterThan(Duration.ofMillis(1500));
            assertThat(busiestSecond(received, terminatedNs))
                    .as("reconnects within one second")
                    .isLessThan(2 * RECONNECTS_PER_SECOND);
        }
    }

    private static int busiestSecond(List<Received> received, long sinceNs) {
        var seconds = new int[60];
        received.forEach(client -> seconds[(int) (client.reconnectMs(sinceNs) / 1000)]++);
        return Arrays.stream(seconds).max().orElse(0);
    }

    private static Callable<Received> reader(int port, String token, CountDownLatch open) {
        return () -> {
            try (var socket = new Socket("localhost", port)) {
                // A client that receives nothing must not keep the test from ending.
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

    private static Received read(Socket socket, CountDownLatch open) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var buffer = new byte[4096];
        var hasEvent = false;
        for (int count = socket.getInputStream().read(buffer);
                count > 0;
                count = socket.getInputStream().read(buffer)) {
            bytes.write(buffer, 0, count);
            if (!hasEvent && bytes.toString(UTF_8).contains("\nid: ")) {
                hasEvent = true;
                open.countDown();
            }
        }
        return new Received(bytes.toString(UTF_8), System.nanoTime());
    }
}
