package dev.attachgateway.access;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Tickets for streams. One is good for one presentation, to whichever replica: that takes it out of the table, and of many
 * that present it at once the database gives it to one.
 */
@Startup
@ApplicationScoped
public class Tickets {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** Several at the same moment may go past the limit by as many: it bounds the table, and nobody's rights. */
    private static final String INSERT = """
            insert into stream_ticket (hash, target, origin, issuer, subject, groups, caller_until, rests, expires_at)
            select $1, $2, $3, $4, $5, $6, $7, $10, least(now() + make_interval(secs => $8), $7)
            where (select count(*) from stream_ticket
                where issuer = $4 and subject = $5 and expires_at > now()) < $9
            returning expires_at""";

    private static final String TAKE = """
            delete from stream_ticket where hash = $1
            returning target, origin, issuer, subject, groups, caller_until, rests, expires_at > now() as is_good""";

    private static final String REMOVE = """
            delete from stream_ticket where hash in (
                select hash from stream_ticket where expires_at <= now() limit $1 for update skip locked)""";

    private final Pool pool;
    private final TicketConfig config;
    private final Revocables revocables;

    Tickets(Pool pool, TicketConfig config, Revocables revocables) {
        this.pool = pool;
        this.revocables = revocables;
        this.config = config;
        check(config);
    }

    static void check(TicketConfig config) {
        if (config.life().compareTo(Duration.ofSeconds(1)) < 0 || config.life().compareTo(LONGEST) > 0) {
            throw new ConfigurationException("access.ticket.life has to be 1 second to 5 minutes.");
        }
        if (config.perCaller() < 1 || config.removeMost() < 1) {
            throw new ConfigurationException(
                    "access.ticket.per-caller and access.ticket.remove-most have to be 1 at least.");
        }
    }

    /**
     * A ticket that was just made.
     *
     * @param secret to be given to whoever asked, and to nobody else
     * @param expiresAt when it can be used no more
     */
    public record Fresh(String secret, Instant expiresAt) {
        /** Never the secret. */
        @Override
        public String toString() {
            return "Fresh[expiresAt=" + expiresAt + "]";
        }
    }

    /** What a ticket was made for; it is taken out of the table by then. */
    record Taken(StreamTarget target, Origin origin, Authenticated caller) {}

    /**
     * Makes a ticket for the caller of an exchange, who was found to be allowed to open the stream.
     *
     * @param origin of the page that will present it
     * @return fails with {@link TooManyTickets}, or {@link AccessUndecided} when the database does not answer
     * @throws NotAuthenticated when nobody was let in
     */
    public Uni<Fresh> issue(RoutingContext exchange, StreamTarget target, Origin origin) {
        Authenticated caller = Doorman.authenticated(exchange);
        OpaqueToken ticket = OpaqueToken.fresh();
        Tuple values = Tuple.from(Arrays.asList(
                ticket.hash(),
                target.text(),
                origin.text(),
                caller.caller().issuer(),
                caller.caller().subject(),
                caller.caller().groups().toArray(String[]::new),
                caller.until().atOffset(ZoneOffset.UTC),
                config.life().toMillis() / 1000d,
                config.perCaller(),
                caller.rests().map(Revocable::name).orElse(null)));
        return inTime(pool.preparedQuery(INSERT).execute(values)).map(rows -> {
            if (rows.size() == 0) {
                throw new TooManyTickets(config.perCaller(), config.life());
            }
            Instant expiresAt = rows.iterator().next().getOffsetDateTime(0).toInstant();
            return new Fresh(ticket.reveal(), expiresAt);
        });
    }

    /** Takes a ticket for good; empty when there is no such ticket, or no longer. */
    Uni<Optional<Taken>> take(OpaqueToken ticket) {
        return inTime(pool.preparedQuery(TAKE).execute(Tuple.of(ticket.hash())))
                .flatMap(rows -> rows.size() == 0 || !rows.iterator().next().getBoolean("is_good")
                        ? Uni.createFrom().item(Optional.empty())
                        : taken(rows.iterator().next()));
    }

    /** Removes expired tickets, some at a time; gives back how many. */
    public Uni<Integer> removeExpired() {
        return inTime(pool.preparedQuery(REMOVE).execute(Tuple.of(config.removeMost())))
                .map(RowSet::rowCount);
    }

    /** Empty when what the caller rested on was taken back meanwhile. */
    private Uni<Optional<Taken>> taken(Row row) {
        String rests = row.getString("rests");
        return rests == null
                ? Uni.createFrom().item(Optional.of(taken(row, Optional.empty())))
                : revocables.find(rests).map(found -> found.map(hold -> taken(row, Optional.of(hold))));
    }

    private static Taken taken(Row row, Optional<Revocable> rests) {
        Caller caller =
                new Caller(row.getString("issuer"), row.getString("subject"), Set.of(row.getArrayOfStrings("groups")));
        return new Taken(
                new StreamTarget(row.getString("target")),
                new Origin(row.getString("origin")),
                new Authenticated(caller, row.getOffsetDateTime("caller_until").toInstant(), rests, Optional.empty()));
    }

    private static <T> Uni<T> inTime(Uni<T> answer) {
        return AccessUndecided.ifUnanswered(answer, "tickets");
    }
}
