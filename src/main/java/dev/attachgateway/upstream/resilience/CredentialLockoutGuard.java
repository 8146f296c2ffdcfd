package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Reason;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.FailureClassifier;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Prevents the lockout of one credential: the cloud locks an access key for five minutes after five refusals in a row
 * (API Gateway, FAQ). One call at a time uses a credential until the cloud has accepted it, and again after a refusal;
 * after two refusals in a row the credential is not used during a cooldown.
 */
public final class CredentialLockoutGuard {
    private static final int MAX_CONSECUTIVE_REFUSALS = 2;
    private static final int MAX_WAITING = 1_000;

    private final WaitQueue queue;
    private final Duration cooldown;
    private boolean verified;
    private int consecutiveRefusals;
    private int activePermits;
    private long cooldownStartedAt;

    CredentialLockoutGuard(Vertx vertx, Duration cooldown) {
        this.queue = new WaitQueue(vertx);
        this.cooldown = cooldown;
    }

    /** The permit of one call to use the credential. */
    final class UsePermit {
        private final AtomicBoolean released = new AtomicBoolean();

        /** Evaluates whether the cloud accepted the credential; to be called as soon as the response is received. */
        void onResponse(CloudResponse cloudResponse) {
            if (FailureClassifier.isCredentialRefused(cloudResponse)) {
                onRefused();
            } else if (cloudResponse.status() != 401) {
                onAccepted();
            }
        }

        /** Ends the use by the call, with or without a response. */
        void release() {
            if (released.compareAndSet(false, true)) {
                onReleased();
            }
        }
    }

    /**
     * Waits for a permit to use the credential; fails with {@link Reason#CREDENTIAL} if there is none within the max.
     */
    Uni<UsePermit> acquire(Duration maxWait) {
        WaitQueue.Waiter waiter;
        synchronized (this) {
            if (isCoolingDown()) {
                return Uni.createFrom().failure(cooldownException());
            }
            if (canAdmit()) {
                activePermits++;
                return Uni.createFrom().item(new UsePermit());
            }
            if (queue.count(_ -> true) >= MAX_WAITING) {
                return Uni.createFrom().failure(verificationPendingException());
            }
            waiter = queue.enqueue("");
        }
        return queue.await(waiter, maxWait, verificationPendingException()).map(_ -> new UsePermit());
    }

    private void onAccepted() {
        synchronized (this) {
            verified = true;
            consecutiveRefusals = 0;
        }
        admitNext();
    }

    private void onRefused() {
        List<WaitQueue.Waiter> waiting = List.of();
        synchronized (this) {
            verified = false;
            consecutiveRefusals++;
            if (consecutiveRefusals >= MAX_CONSECUTIVE_REFUSALS) {
                cooldownStartedAt = System.nanoTime();
                waiting = queue.drain();
            }
        }
        waiting.forEach(waiter -> waiter.reject(cooldownException()));
    }

    private void onReleased() {
        synchronized (this) {
            activePermits--;
        }
        admitNext();
    }

    private void admitNext() {
        while (true) {
            WaitQueue.Waiter next;
            synchronized (this) {
                next = canAdmit() && !isCoolingDown() ? queue.pollFirst(_ -> true) : null;
                if (next == null) {
                    return;
                }
                activePermits++;
            }
            if (!next.admit()) {
                synchronized (this) {
                    activePermits--;
                }
            }
        }
    }

    private boolean canAdmit() {
        return verified || activePermits == 0;
    }

    /** After the cooldown one call may use the credential, and one more refusal starts the next cooldown. */
    synchronized boolean isCoolingDown() {
        return consecutiveRefusals >= MAX_CONSECUTIVE_REFUSALS
                && System.nanoTime() - cooldownStartedAt < cooldown.toNanos();
    }

    private static NotStarted cooldownException() {
        return new NotStarted(
                Reason.CREDENTIAL,
                "the cloud has refused the gateway's credential twice in a row, so it is not used during its cooldown",
                null,
                null);
    }

    private static NotStarted verificationPendingException() {
        return new NotStarted(
                Reason.CREDENTIAL, "the gateway's credential is being verified by another call", null, null);
    }
}
