package dev.attachgateway.stream.tail;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the tails of all replicas after a commit. A notification inside the transaction would take a lock of the whole
 * database at each commit, so it is sent afterwards, on the listening connection, at most once in ten milliseconds; one
 * that is lost costs the others one poll interval.
 */
@ApplicationScoped
public class EventNotifier {
    private static final Logger LOG = Logger.getLogger(EventNotifier.class);
    private static final String CHANNEL = "attach_gateway_event";
    private static final long GATHER_MS = 10;
    private static final long RECONNECT_MS = 250;

    private final Vertx vertx;
    private final EventLogTail tail;
    private final PgConnectOptions database;
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final AtomicBoolean owed = new AtomicBoolean();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable PgSubscriber listening;
    private volatile boolean stopped;

    EventNotifier(
            Vertx vertx,
            EventLogTail tail,
            @ConfigProperty(name = "quarkus.datasource.reactive.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password) {
        this.vertx = vertx;
        this.tail = tail;
        this.database = PgConnectOptions.fromUri(url).setUser(username).setPassword(password);
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        connect();
    }

    private void connect() {
        var subscriber = PgSubscriber.subscriber(vertx, database);
        // The client's own default is never to reconnect.
        subscriber.reconnectPolicy(retries -> reconnectDelay());
        // Called again after each reconnection: what was notified in between is lost, so the table is read at once.
        subscriber
                .channel(CHANNEL)
                .subscribeHandler(nothing -> {
                    tail.reconnected();
                    if (owed.compareAndSet(true, false)) {
                        send();
                    }
                })
                .handler(payload -> {
                    tail.wake();
                    listeners.forEach(Runnable::run);
                });
        listening = subscriber;
        // Its policy is for what was connected once.
        subscriber.connect().onFailure(failure -> {
            LOG.warnf("listening for events failed, polling meanwhile: %s", failure.getMessage());
            subscriber.close();
            vertx.setTimer(reconnectDelay(), timer -> {
                if (!stopped) {
                    connect();
                }
            });
        });
    }

    private static long reconnectDelay() {
        return RECONNECT_MS + ThreadLocalRandom.current().nextLong(RECONNECT_MS);
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        var subscriber = listening;
        if (subscriber != null) {
            subscriber.close();
        }
    }

    /** Calls back whenever something may have been committed on any replica; often, and never for certain. */
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** Whether it would hear of one now. */
    public boolean isListening() {
        var subscriber = listening;
        return subscriber != null && subscriber.actualConnection() != null;
    }

    /** An event was committed: this replica's watchers hear of it now, those of the others within milliseconds. */
    public void committed() {
        tail.wake();
        if (gathering.compareAndSet(false, true)) {
            vertx.setTimer(GATHER_MS, timer -> {
                gathering.set(false);
                send();
            });
        }
    }

    /** What cannot be sent now is sent when the connection is there again. */
    private void send() {
        var subscriber = listening;
        var connection = subscriber == null ? null : subscriber.actualConnection();
        if (connection == null) {
            owed.set(true);
            return;
        }
        connection.query("notify " + CHANNEL).execute().onFailure(failure -> {
            owed.set(true);
            LOG.debug("notification was not sent", failure);
        });
    }
}
