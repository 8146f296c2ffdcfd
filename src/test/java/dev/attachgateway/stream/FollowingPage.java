package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.attachgateway.testkit.Browser;
import dev.attachgateway.testkit.DocumentationSnippet;
import dev.attachgateway.testkit.LoginProxy;
import dev.attachgateway.testkit.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/** A page that follows operations with the documented script and keeps a log of its callbacks. */
record FollowingPage(Page page) implements AutoCloseable {
    static final String HTML = """
            <!doctype html><title>operations</title><script>
            %s
            const operations = new Map(), state = { begins: 0, ids: [], logins: 0, stopped: null };
            const callbacks = {
              begin() { state.begins++; operations.clear(); },
              operation(it, id) { operations.set(it.operation_id, it.operation_status); if (id) state.ids.push(id); },
              async login() { state.logins++; return (await fetch('/login', { method: 'POST' })).ok; },
              stopped(status) { state.stopped = status; },
            };
            function start(address, asleep) {
              follow(address, { ...callbacks, asleep });
            }
            function startWithTickets(address, token) {
              followWithTickets(address, () => token, callbacks);
            }
            </script>
            """.formatted(DocumentationSnippet.code("docs/stream.md", "js"));

    private static final Duration LIMIT = Timeouts.CONDITION;

    /** The same with the documented time after which a silent connection counts as dead. */
    static FollowingPage open(Browser browser, LoginProxy proxy, String address) {
        return open(browser, proxy, address, Duration.ofMinutes(2));
    }

    /** Opens the page and waits for the snapshot. */
    static FollowingPage open(Browser browser, LoginProxy proxy, String address, Duration silenceLimit) {
        var page = new FollowingPage(browser.open(proxy.url() + "/"));
        page.page.evaluate(
                "([address, asleep]) => start(address, asleep)", List.of(address, (int) silenceLimit.toMillis()));
        page.await("operations.size > 0");
        return page;
    }

    Object value(String script) {
        return page.evaluate(script);
    }

    void await(String script) {
        Awaitility.await(script).atMost(LIMIT).until(() -> Boolean.TRUE.equals(value(script)));
    }

    /** Waits until the page has received exactly the events between two positions, each once and in order. */
    void awaitReceived(long after, long upTo) {
        var expected = LongStream.rangeClosed(after + 1, upTo).boxed().toList();
        Awaitility.await("all events in the page")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(receivedPositions()).isEqualTo(expected));
    }

    private List<Long> receivedPositions() {
        return ((List<?>) value("state.ids"))
                .stream()
                        .map(id -> Long.parseLong(id.toString().split("-", 3)[1]))
                        .toList();
    }

    @Override
    public void close() {
        page.context().close();
    }
}
