package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Calls that wait for their turn, oldest first, each for a limited time. Its owner bounds it and locks it. */
final class WaitQueue {
    private final Vertx vertx;
    private final List<Place> places = new ArrayList<>();

    WaitQueue(Vertx vertx) {
        this.vertx = vertx;
    }

    /** One call's place; whoever completes it first, the turn or the time limit, decides. */
    static final class Place {
        private final String projectId;
        private final CompletableFuture<Void> turn = new CompletableFuture<>();

        private Place(String projectId) {
            this.projectId = projectId;
        }

        String projectId() {
            return projectId;
        }

        /** It is its turn; false when it has given up. To be called without a lock: the call goes on in here. */
        boolean call() {
            return turn.complete(null);
        }

        void refuse(NotStarted refusal) {
            turn.completeExceptionally(refusal);
        }

        boolean isGone() {
            return turn.isDone();
        }
    }

    Place join(String projectId) {
        var place = new Place(projectId);
        places.add(place);
        return place;
    }

    /** The wait of a place: ends with its turn, or fails when that does not come in time. */
    Uni<Void> await(Place place, Duration atMost, NotStarted otherwise) {
        var timer = vertx.setTimer(Math.max(1, atMost.toMillis()), fired -> place.refuse(otherwise));
        return Uni.createFrom().completionStage(place.turn).onTermination().invoke(() -> vertx.cancelTimer(timer));
    }

    /** Takes the oldest place out of the line that fits; null when there is none. */
    @Nullable
    Place take(Predicate<Place> fits) {
        places.removeIf(Place::isGone);
        for (var i = 0; i < places.size(); i++) {
            if (fits.test(places.get(i))) {
                return places.remove(i);
            }
        }
        return null;
    }

    /** Takes all out. */
    List<Place> takeAll() {
        var all = List.copyOf(places);
        places.clear();
        return all;
    }

    int length(Predicate<Place> which) {
        return (int)
                places.stream().filter(place -> !place.isGone()).filter(which).count();
    }
}
