package dev.attachgateway.stream.subscription;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Shares one result between all callers that ask for the same key while it is computed. */
final class SingleFlight<K, V> {
    private final Map<K, Uni<V>> inFlight = new ConcurrentHashMap<>();

    Uni<V> of(K key, Supplier<Uni<? extends V>> supplier) {
        return inFlight.computeIfAbsent(
                key,
                _ -> Uni.createFrom()
                        .<V>deferred(supplier)
                        .onTermination()
                        .invoke(() -> inFlight.remove(key))
                        .memoize()
                        .indefinitely());
    }
}
