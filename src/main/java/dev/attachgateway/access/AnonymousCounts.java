package dev.attachgateway.access;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests that named nobody we know, as counts by minute, network and reason: anyone can send any number of them. */
@Singleton
final class AnonymousCounts {
    static final int MOST_NETWORKS = 1_000;

    private final Clock clock;
    private final Map<Key, Integer> counts = new HashMap<>();
    private Instant minute;

    private record Key(String network, String reason) {}

    AnonymousCounts() {
        this(Clock.systemUTC());
    }

    AnonymousCounts(Clock clock) {
        this.clock = clock;
        this.minute = thisMinute();
    }

    synchronized void count(String clientAddress, String reason) {
        Key key = new Key(Network.of(clientAddress), reason);
        boolean room = counts.size() < MOST_NETWORKS || counts.containsKey(key);
        counts.merge(room ? key : new Key("elsewhere", reason), 1, Integer::sum);
    }

    /** The counts of a minute that is over, once; nothing while it still runs. */
    synchronized List<AuditRecord> ofMinutesGone() {
        if (!thisMinute().isAfter(minute)) {
            return List.of();
        }
        minute = thisMinute();
        return all();
    }

    /** The counts so far; counting starts anew. */
    synchronized List<AuditRecord> all() {
        List<AuditRecord> lines = new ArrayList<>(counts.size());
        counts.forEach((key, count) -> lines.add(line(key, count)));
        counts.clear();
        return lines;
    }

    private static AuditRecord line(Key key, int count) {
        return new AuditRecord(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                AuditRecord.Verdict.ANONYMOUS,
                null,
                key.reason(),
                key.network(),
                count);
    }

    private Instant thisMinute() {
        return clock.instant().truncatedTo(ChronoUnit.MINUTES);
    }
}
