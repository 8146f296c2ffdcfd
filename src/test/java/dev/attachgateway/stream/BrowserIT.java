package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.Browser;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.LoginProxy;
import dev.attachgateway.testkit.LoginProxy.Asked;
import dev.attachgateway.testkit.ReceivedEvent;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves with the documented script in a real browser that a page receives each event once, through every failure. */
@Timeout(120)
class BrowserIT {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    /** More than the buffers between the gateway and a browser that does not read can hold. */
    private static final int MANY = 2_000;

    @TempDir
    static Path folder;

    private static RunningGateway running;
    private static Browser browser;

    private GatewayClient gateway;
    private SandboxCloud cloud;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        running = RunningGateway.start(
                folder,
                Map.of(
                        "STREAM_RETRY_MIN", "200ms",
                        "STREAM_HEARTBEAT", "500ms",
                        "STREAM_MAX_UNSENT_BYTES", "16384",
                        "OPERATION_POLL_MIN_INTERVAL", "50ms",
                        "OPERATION_POLL_MAX_INTERVAL", "200ms"));
    }

    @AfterAll
    static void stop() {
        // Both are missing if no browser could be started.
        if (browser != null) {
            browser.close();
        }
        if (running != null) {
            running.close();
        }
    }

    @BeforeEach
    void setUp() {
        gateway = new GatewayClient(running.url());
        cloud = new SandboxCloud(running.url());
        attach();
    }

    /** Runs an attach from its first event to its last. */
    private String attach() {
        var attachFixture = AttachFixture.set(gateway, cloud);
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        return id;
    }

    private LoginProxy proxy() {
        return new LoginProxy(running.port(), FollowingPage.HTML, () -> gateway.token(AttachFixture.CALLER));
    }

    private static long head() throws Exception {
        try (var database = running.postgres().open()) {
            return ReceivedEvent.head(database, GatewayClient.P1);
        }
    }

    private static void run(String sql) throws Exception {
        try (var database = running.postgres().open();
                var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void awaitStreams(int count) {
        var name = "attach_gateway_streams_open";
        Awaitility.await(name).atMost(LIMIT).until(() -> running.metric(name) == count);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_page_reconnects_after_the_gateway_was_killed_and_restarted(boolean proxyResponds502) throws Exception {
        var head = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED)) {
            if (proxyResponds502) {
                // An EventSource stops at any status but 200.
                proxy.say502();
            }
            attach();
            page.awaitReceived(head, head());
            running.kill();
            Awaitility.await("a failed reconnection attempt")
                    .atMost(LIMIT)
                    .until(() -> proxy.asked().stream().anyMatch(asked -> asked.status() == 0));
            running.restart();
            setUp();
            attach();
            page.awaitReceived(head, head());
            assertThat(page.value("state.begins + state.logins")).isEqualTo(1);
            if (!proxyResponds502) {
                assertThat(proxy.asked()).allMatch(asked -> asked.path().equals(FEED));
            }
        }
    }

    @Test
    void a_browser_that_slept_receives_all_events_written_meanwhile() throws Exception {
        var head = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED)) {
            attach();
            page.awaitReceived(head, head());
            browser.sleep();
            try {
                run(EventWriter.writeMany(GatewayClient.P1, MANY));
                // It does not read, so it is disconnected.
                awaitStreams(0);
            } finally {
                browser.wake();
            }
            page.awaitReceived(head, head());
            assertThat(page.value("state.begins")).isEqualTo(1);
        }
    }

    @Test
    void a_browser_that_slept_abandons_a_connection_that_died_meanwhile() throws Exception {
        var silenceLimit = Duration.ofSeconds(2);
        var head = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED, silenceLimit)) {
            attach();
            page.awaitReceived(head, head());
            browser.sleep();
            var start = System.nanoTime();
            try {
                proxy.goDead();
                while (System.nanoTime() - start < silenceLimit.multipliedBy(2).toNanos()) {
                    attach();
                }
            } finally {
                browser.wake();
            }
            page.awaitReceived(head, head());
            assertThat(page.value("state.begins")).isEqualTo(1);
        }
    }

    @Test
    void a_page_sends_no_more_requests_for_an_operation_that_has_ended() throws Exception {
        var attachFixture = AttachFixture.set(gateway, cloud);
        cloud.behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        var address = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), id);
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, address)) {
            page.value("window.plain = new EventSource('" + address + "'), true");
            awaitStreams(2);
            cloud.behaviour(Map.of("stuck", false));
            page.await("plain.readyState === 2 && state.stopped === 200");
            assertThat(page.value("operations.get('" + id + "')")).isEqualTo("success");
            assertThat(proxy.asked().stream().filter(asked -> asked.status() == 204))
                    .hasSize(2);
            var asked = proxy.asked().size();
            Awaitility.await("no more requests")
                    .during(Duration.ofSeconds(2))
                    .atMost(LIMIT)
                    .until(() -> proxy.asked().size() == asked);
            awaitStreams(0);
        }
    }

    @Test
    void a_page_logs_in_again_and_resumes_after_its_session_expired() throws Exception {
        var token = gateway.token(AttachFixture.CALLER, Duration.ofSeconds(3));
        var tokens = List.of(token, gateway.token(AttachFixture.CALLER)).iterator();
        var head = head();
        try (var proxy = new LoginProxy(running.port(), FollowingPage.HTML, () -> {
                    var next = tokens.next();
                    if (!tokens.hasNext()) {
                        // Happens while a user would type a password.
                        attach();
                    }
                    return next;
                });
                var page = FollowingPage.open(browser, proxy, FEED)) {
            attach();
            page.awaitReceived(head, head());
            var last = String.valueOf(page.value("state.ids.at(-1)"));
            Awaitility.await("the session has expired")
                    .atMost(LIMIT)
                    .until(() -> gateway.get(FEED, "Authorization", "Bearer " + token)
                                    .status()
                            == 401);
            proxy.cut();
            var resumed = new Asked(FEED + "?last_event_id=" + last, "", 200);
            Awaitility.await("reconnection with the last event id")
                    .atMost(LIMIT)
                    .until(() -> proxy.asked().contains(resumed));
            page.awaitReceived(head, head());
            assertThat(proxy.asked()).contains(new Asked(FEED, last, 401));
            assertThat(page.value("state.logins")).isEqualTo(1);
            assertThat(page.value("state.begins")).isEqualTo(1);
        }
    }

    @Test
    void a_page_starts_over_with_the_snapshot_after_a_reset() throws Exception {
        var head = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED)) {
            var operation = attach();
            page.awaitReceived(head, head());
            page.value("operations.set('of another history', 'running').size");
            run("vacuum full event");
            page.await("state.begins === 2 && operations.has('" + operation + "')");
            assertThat(page.value("operations.has('of another history')")).isEqualTo(false);
            attach();
            page.awaitReceived(head, head());
        }
    }
}
