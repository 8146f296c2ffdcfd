package dev.attachgateway.stream.subscription;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One answer for all who ask the same while it is under way. */
final class SingleFlight<K, V> {
    private final Map<K, Uni<V>> underWay = new ConcurrentHashMap<>();

    Uni<V> of(K question, Supplier<Uni<? extends V>> ask) {
        return underWay.computeIfAbsent(
                question,
                first -> Uni.createFrom()
                        .<V>deferred(ask)
                        .onTermination()
                        .invoke(() -> underWay.remove(question))
                        .memoize()
                        .indefinitely());
    }
}
