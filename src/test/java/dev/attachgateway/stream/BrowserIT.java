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

/** A page in a real browser, with the script of the documentation: whatever happens it has each event once. */
@Timeout(120)
class BrowserIT {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    /** Too many for what lies between a gateway and a browser that does not read. */
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
        // Neither is there when the browser is what is missing.
        if (browser != null) {
            browser.close();
        }
        if (running != null) {
            running.close();
        }
    }

    @BeforeEach
    void enter() {
        gateway = new GatewayClient(running.url());
        cloud = new SandboxCloud(running.url());
        attached();
    }

    /** An attach from its first event to its last. */
    private String attached() {
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
    void after_the_gateway_died_and_was_started_again_it_comes_back(boolean proxySaysSo) throws Exception {
        var from = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED)) {
            if (proxySaysSo) {
                // At any answer but 200 an EventSource gives up.
                proxy.say502();
            }
            attached();
            page.awaitTold(from, head());
            running.kill();
            Awaitility.await("the browser tries")
                    .atMost(LIMIT)
                    .until(() -> proxy.asked().stream().anyMatch(asked -> asked.status() == 0));
            running.restart();
            enter();
            attached();
            page.awaitTold(from, head());
            assertThat(page.value("story.begins + story.logins")).isEqualTo(1);
            if (!proxySaysSo) {
                assertThat(proxy.asked()).allMatch(asked -> asked.path().equals(FEED));
            }
        }
    }

    @Test
    void a_notebook_that_slept_has_all_that_was_written_meanwhile() throws Exception {
        var from = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED)) {
            attached();
            page.awaitTold(from, head());
            browser.sleep();
            try {
                run(EventWriter.writeMany(GatewayClient.P1, MANY));
                // It does not read, so it is cut off.
                awaitStreams(0);
            } finally {
                browser.wake();
            }
            page.awaitTold(from, head());
            assertThat(page.value("story.begins")).isEqualTo(1);
        }
    }

    @Test
    void a_notebook_that_slept_leaves_a_line_that_died_meanwhile() throws Exception {
        var asleep = Duration.ofSeconds(2);
        var from = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED, asleep)) {
            attached();
            page.awaitTold(from, head());
            browser.sleep();
            var begun = System.nanoTime();
            try {
                proxy.goDead();
                while (System.nanoTime() - begun < asleep.multipliedBy(2).toNanos()) {
                    attached();
                }
            } finally {
                browser.wake();
            }
            page.awaitTold(from, head());
            assertThat(page.value("story.begins")).isEqualTo(1);
        }
    }

    @Test
    void of_an_operation_that_has_ended_nothing_more_is_asked() throws Exception {
        var attachFixture = AttachFixture.set(gateway, cloud);
        cloud.behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        var address = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), id);
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, address)) {
            page.value("window.plain = new EventSource('" + address + "'), true");
            awaitStreams(2);
            cloud.behaviour(Map.of("stuck", false));
            page.await("plain.readyState === 2 && story.stopped === 200");
            assertThat(page.value("operations.get('" + id + "')")).isEqualTo("success");
            assertThat(proxy.asked().stream().filter(asked -> asked.status() == 204))
                    .hasSize(2);
            var asked = proxy.asked().size();
            Awaitility.await("nothing is asked any more")
                    .during(Duration.ofSeconds(2))
                    .atMost(LIMIT)
                    .until(() -> proxy.asked().size() == asked);
            awaitStreams(0);
        }
    }

    @Test
    void after_its_session_expired_the_page_logs_in_again_and_goes_on() throws Exception {
        var token = gateway.token(AttachFixture.CALLER, Duration.ofSeconds(3));
        var tokens = List.of(token, gateway.token(AttachFixture.CALLER)).iterator();
        var from = head();
        try (var proxy = new LoginProxy(running.port(), FollowingPage.HTML, () -> {
                    var next = tokens.next();
                    if (!tokens.hasNext()) {
                        // What happens while somebody types a password.
                        attached();
                    }
                    return next;
                });
                var page = FollowingPage.open(browser, proxy, FEED)) {
            attached();
            page.awaitTold(from, head());
            var last = String.valueOf(page.value("story.ids.at(-1)"));
            Awaitility.await("the session has expired")
                    .atMost(LIMIT)
                    .until(() -> gateway.get(FEED, "Authorization", "Bearer " + token)
                                    .status()
                            == 401);
            proxy.cut();
            var again = new Asked(FEED + "?last_event_id=" + last, "", 200);
            Awaitility.await("it comes back")
                    .atMost(LIMIT)
                    .until(() -> proxy.asked().contains(again));
            page.awaitTold(from, head());
            assertThat(proxy.asked()).contains(new Asked(FEED, last, 401));
            assertThat(page.value("story.logins")).isEqualTo(1);
            assertThat(page.value("story.begins")).isEqualTo(1);
        }
    }

    @Test
    void after_a_reset_the_page_begins_anew_with_the_snapshot() throws Exception {
        var from = head();
        try (var proxy = proxy();
                var page = FollowingPage.open(browser, proxy, FEED)) {
            var known = attached();
            page.awaitTold(from, head());
            page.value("operations.set('of another history', 'running').size");
            run("vacuum full event");
            page.await("story.begins === 2 && operations.has('" + known + "')");
            assertThat(page.value("operations.has('of another history')")).isEqualTo(false);
            attached();
            page.awaitTold(from, head());
        }
    }
}
