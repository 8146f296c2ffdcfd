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
 * Wakes the tails of all replicas after a commit. A notification inside the transaction would take a database-wide lock
 * at each commit, so it is sent afterwards, on the listening connection, at most once in ten milliseconds; a lost one
 * costs the other replicas one poll interval.
 */
@ApplicationScoped
public class EventNotifier {
    private static final Logger LOG = Logger.getLogger(EventNotifier.class);
    private static final String CHANNEL = "attach_gateway_event";
    private static final long COALESCE_MS = 10;
    private static final long RECONNECT_MS = 250;

    private final Vertx vertx;
    private final EventLogTail tail;
    private final PgConnectOptions database;
    private final AtomicBoolean notificationScheduled = new AtomicBoolean();
    private final AtomicBoolean notificationOwed = new AtomicBoolean();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable PgSubscriber current;
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
        // The client does not reconnect by default.
        subscriber.reconnectPolicy(retries -> reconnectDelay());
        // Called again after each reconnection: notifications in between are lost, so the table is read at once.
        subscriber
                .channel(CHANNEL)
                .subscribeHandler(_ -> {
                    tail.reconnected();
                    if (notificationOwed.compareAndSet(true, false)) {
                        send();
                    }
                })
                .handler(payload -> {
                    tail.wake();
                    listeners.forEach(Runnable::run);
                });
        current = subscriber;
        // The reconnect policy applies only after a first connection.
        subscriber.connect().onFailure(failure -> {
            LOG.warnf("listening for notifications failed, polling until connected: %s", failure.getMessage());
            subscriber.close();
            vertx.setTimer(reconnectDelay(), _ -> {
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
        var subscriber = current;
        if (subscriber != null) {
            subscriber.close();
        }
    }

    /**
     * Calls back whenever events may have been committed on any replica: possibly without one, and not for every one.
     */
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** Whether notifications are being received. */
    public boolean isListening() {
        var subscriber = current;
        return subscriber != null && subscriber.actualConnection() != null;
    }

    /** Reports a committed event: this replica reads it now, the others within milliseconds. */
    public void committed() {
        tail.wake();
        if (notificationScheduled.compareAndSet(false, true)) {
            vertx.setTimer(COALESCE_MS, _ -> {
                notificationScheduled.set(false);
                send();
            });
        }
    }

    /** Without a connection the notification is sent after the reconnection. */
    private void send() {
        var subscriber = current;
        var connection = subscriber == null ? null : subscriber.actualConnection();
        if (connection == null) {
            notificationOwed.set(true);
            return;
        }
        connection.query("notify " + CHANNEL).execute().onFailure(failure -> {
            notificationOwed.set(true);
            LOG.debug("notification could not be sent", failure);
        });
    }
}
