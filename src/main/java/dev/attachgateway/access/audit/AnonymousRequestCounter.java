package dev.attachgateway.access.audit;

import dev.attachgateway.request.NetworkPrefix;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts unauthenticated requests by minute, network and reason. They are not logged one by one because any client can send
 * any number of them.
 */
@Singleton
public final class AnonymousRequestCounter {
    static final int MAX_NETWORKS = 1_000;

    private final Clock clock;
    private final Map<Key, Integer> counts = new HashMap<>();
    private Instant countedMinute;

    private record Key(String network, String reason) {}

    AnonymousRequestCounter() {
        this(Clock.systemUTC());
    }

    AnonymousRequestCounter(Clock clock) {
        this.clock = clock;
        this.countedMinute = thisMinute();
    }

    synchronized void count(String clientAddress, String reason) {
        var key = new Key(NetworkPrefix.of(clientAddress), reason);
        boolean hasRoom = counts.size() < MAX_NETWORKS || counts.containsKey(key);
        counts.merge(hasRoom ? key : new Key("elsewhere", reason), 1, Integer::sum);
    }

    /** Returns and resets the counts once their minute has ended; empty before. */
    synchronized List<AuditEntry> drainCompletedMinute() {
        if (!thisMinute().isAfter(countedMinute)) {
            return List.of();
        }
        countedMinute = thisMinute();
        return drain();
    }

    /** Returns the counts so far and resets them. */
    public synchronized List<AuditEntry> drain() {
        List<AuditEntry> entries = new ArrayList<>(counts.size());
        counts.forEach((key, count) -> entries.add(toEntry(key, count)));
        counts.clear();
        return entries;
    }

    private static AuditEntry toEntry(Key key, int count) {
        return new AuditEntry(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                AuditEntry.Verdict.ANONYMOUS,
                null,
                key.reason(),
                key.network(),
                count);
    }

    private Instant thisMinute() {
        return clock.instant().truncatedTo(ChronoUnit.MINUTES);
    }
}
