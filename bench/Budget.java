import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Requests that a failing cloud receives from a gateway under load: a packaged gateway, a sandbox in a process of its own, and callers
 * who attach at a steady rate and wait for the answer. The cloud is made to fail in one of three ways, and healed.
 * Arguments: folder, gateway jar, seconds of trouble, attaches a second.
 */
public class Budget {
    final Packaged packaged;
    final Load load;
    final ConcurrentLinkedQueue<Boolean> open = new ConcurrentLinkedQueue<>();

    Budget(Packaged packaged, Load load) {
        this.packaged = packaged;
        this.load = load;
    }

    public static void main(String[] args) throws Exception {
        var seconds = Integer.parseInt(args[2]);
        var rate = Integer.parseInt(args[3]);
        try (var packaged = new Packaged(Path.of(args[0]), args[1])) {
            var bench = new Budget(packaged, new Load(packaged, rate * (seconds + 300)));
            Thread.ofPlatform().daemon().start(bench::watchBreaker);
            bench.round("503 before the effect", seconds, rate, "503");
            bench.round("connections refused", seconds, rate, "refused");
            bench.round("429, limit:" + rate + ",time:1 second", seconds, rate, "429");
        }
        System.exit(0);
    }

    void watchBreaker() {
        while (true) {
            try {
                open.add(packaged.metric("breaker_state", "state=\"open\"") > 0);
                Thread.sleep(Packaged.TICK);
            } catch (Exception e) {
                // The next look will do.
            }
        }
    }

    void round(String name, int seconds, int rate, String trouble) throws Exception {
        packaged.control("PUT", "faults", "[]");
        packaged.control("PUT", "behaviour", "{\"attach_ms\":100,\"evs_lag_ms\":0,\"server_lag_ms\":0}");
        for (var calm = 0; calm < 100 && load.run(2, rate) < 2 * rate * 0.95; calm++) {
            // Until what the round before taught is forgotten.
        }
        var from = Instant.now();
        var sent = packaged.metric("sent_total", "");
        var retries = packaged.metric("retries_total", "");
        var denied = packaged.metric("retries_denied_total", "");
        open.clear();
        begin(trouble, rate);
        var offeredBefore = load.offered;
        load.run(seconds, rate);
        var offeredNow = load.offered - offeredBefore;
        var lowest = packaged.metric("rate_learnt", "calls=\"read\",service=\"modelarts\"");
        var openTicks = open.stream().filter(it -> it).count();
        var shed = load.answered.stream().filter(it -> it == 503).count();
        var sentNow = packaged.metric("sent_total", "") - sent;
        System.out.printf("%n%s, %d s, %d attaches a second: %d offered%n", name, seconds, rate, offeredNow);
        if (!trouble.equals("refused")) {
            seen(from, offeredNow);
        }
        System.out.printf("  calls the gateway made: %.0f (%.2f per attach; a healthy attach makes 3 and its polls)%n", sentNow, sentNow / offeredNow);
        System.out.printf("  repetitions %.0f, denied by the budget %.0f; answers 503: %d%n",
                packaged.metric("retries_total", "") - retries, packaged.metric("retries_denied_total", "") - denied, shed);
        System.out.printf("  breaker open: %.0f%% of the time; lowest rate learnt for reads: %s a second%n",
                100.0 * openTicks / Math.max(1, open.size()), Double.isNaN(lowest) ? "none" : "%.1f".formatted(lowest));
        heal(trouble);
        var healed = System.nanoTime();
        System.out.printf("  goodput back (95%% of a second's attaches answered 200) %.1f s after healing%n", backAfter(healed, rate));
    }

    void begin(String trouble, int rate) throws Exception {
        switch (trouble) {
            case "503" -> packaged.control("PUT", "faults", faults(503, "ModelArts.4302", "Service unavailable."));
            case "429" -> packaged.control("PUT", "faults", faults(429, "APIGW.0308",
                    "The throttling threshold has been reached: policy user over ratelimit,limit:" + rate + ",time:1 second"));
            default -> packaged.stopCloud();
        }
    }

    void heal(String trouble) throws Exception {
        if (trouble.equals("refused")) {
            packaged.startCloud();
        } else {
            packaged.control("PUT", "faults", "[]");
        }
    }

    static String faults(int status, String code, String message) {
        var all = new JsonArray();
        for (var call : List.of("attach", "server", "volume", "operation")) {
            all.add(JsonObject.of("call", call, "kind", "status", "status", status,
                    "body", JsonObject.of("error_code", code, "error_msg", message)));
        }
        return all.encode();
    }

    /** What arrived at the cloud's door since then, by kind; each attach offers one look at server and disk, and one send. */
    void seen(Instant from, int attaches) throws Exception {
        var calls = new JsonArray(packaged.control("GET", "requests", "")).stream().map(JsonObject.class::cast)
                .filter(call -> !Instant.parse(call.getString("at")).isBefore(from)).toList();
        for (var kind : List.of("server", "volume", "attach")) {
            var count = calls.stream().filter(call -> call.getString("call").equals(kind)).count();
            System.out.printf("  seen by the cloud: %-6s %5d = %.2f x offered%n", kind, count, (double) count / attaches);
        }
    }

    double backAfter(long healed, int rate) throws Exception {
        for (var second = 0; second < 180; second++) {
            var began = System.nanoTime();
            if (load.run(1, rate) >= 0.95 * rate) {
                return (began - healed) / 1e9;
            }
        }
        return Double.NaN;
    }
}
