package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Why;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.FailureClassifier;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps one credential from being locked: the cloud locks an access key for five minutes after five refusals in a row (API
 * Gateway, FAQ). A credential is used by one call at a time until the cloud has taken it, and again after a refusal; after
 * two in a row it is not used for a while.
 */
public final class CredentialLockoutGuard {
    private static final int MOST_IN_A_ROW = 2;
    private static final int MOST_WAITING = 1_000;

    private final WaitQueue line;
    private final Duration pause;
    private boolean taken;
    private int refusals;
    private int turns;
    private long pausedSince;

    CredentialLockoutGuard(Vertx vertx, Duration pause) {
        this.line = new WaitQueue(vertx);
        this.pause = pause;
    }

    /** One call's leave to use the credential. */
    final class Turn {
        private final AtomicBoolean over = new AtomicBoolean();

        /** The cloud has answered; what it makes of the credential counts at once. */
        void answered(CloudResponse cloudResponse) {
            if (FailureClassifier.isBadCredential(cloudResponse)) {
                refused();
            } else if (cloudResponse.status() != 401) {
                accepted();
            }
        }

        /** The call is over, answered or not. */
        void end() {
            if (over.compareAndSet(false, true)) {
                left();
            }
        }
    }

    /** Waits for the leave to use the credential; fails with {@link Why#CREDENTIAL} when it is not to be had in time. */
    Uni<Turn> enter(Duration atMost) {
        WaitQueue.Place place;
        synchronized (this) {
            if (isPaused()) {
                return Uni.createFrom().failure(paused());
            }
            if (hasRoom()) {
                turns++;
                return Uni.createFrom().item(new Turn());
            }
            if (line.length(any -> true) >= MOST_WAITING) {
                return Uni.createFrom().failure(untried());
            }
            place = line.join("");
        }
        return line.await(place, atMost, untried()).map(called -> new Turn());
    }

    private void accepted() {
        synchronized (this) {
            taken = true;
            refusals = 0;
        }
        callNext();
    }

    private void refused() {
        List<WaitQueue.Place> waiting = List.of();
        synchronized (this) {
            taken = false;
            refusals++;
            if (refusals >= MOST_IN_A_ROW) {
                pausedSince = System.nanoTime();
                waiting = line.takeAll();
            }
        }
        waiting.forEach(place -> place.refuse(paused()));
    }

    private void left() {
        synchronized (this) {
            turns--;
        }
        callNext();
    }

    private void callNext() {
        while (true) {
            WaitQueue.Place next;
            synchronized (this) {
                next = hasRoom() && !isPaused() ? line.take(any -> true) : null;
                if (next == null) {
                    return;
                }
                turns++;
            }
            if (!next.call()) {
                synchronized (this) {
                    turns--;
                }
            }
        }
    }

    private boolean hasRoom() {
        return taken || turns == 0;
    }

    /** After the pause one call may try, and one more refusal begins the next pause. */
    synchronized boolean isPaused() {
        return refusals >= MOST_IN_A_ROW && System.nanoTime() - pausedSince < pause.toNanos();
    }

    private static NotStarted paused() {
        return new NotStarted(
                Why.CREDENTIAL,
                "the cloud has refused the gateway's credential twice in a row, so it is not used for a while",
                null,
                null);
    }

    private static NotStarted untried() {
        return new NotStarted(Why.CREDENTIAL, "the gateway's credential is being tried by another call", null, null);
    }
}
