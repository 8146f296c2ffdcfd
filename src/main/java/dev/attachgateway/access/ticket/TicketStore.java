package dev.attachgateway.access.ticket;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.authentication.OpaqueToken;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.browser.Origin;
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
public class TicketStore {
    private static final Duration MAX_TTL = Duration.ofMinutes(5);

    /** Several at the same moment may go past the limit by as many: it bounds the table, and nobody's rights. */
    private static final String INSERT = """
            insert into stream_ticket (hash, target, origin, issuer, subject, groups, caller_until, rests, expires_at)
            select $1, $2, $3, $4, $5, $6, $7, $10, least(now() + make_interval(secs => $8), $7)
            where (select count(*) from stream_ticket
                where issuer = $4 and subject = $5 and expires_at > now()) < $9
            returning expires_at""";

    private static final String CONSUME = """
            delete from stream_ticket where hash = $1
            returning target, origin, issuer, subject, groups, caller_until, rests, expires_at > now() as is_good""";

    private static final String DELETE_EXPIRED = """
            delete from stream_ticket where hash in (
                select hash from stream_ticket where expires_at <= now() limit $1 for update skip locked)""";

    private final Pool pool;
    private final TicketConfig config;
    private final RevocationHandles revocationHandles;

    TicketStore(Pool pool, TicketConfig config, RevocationHandles revocationHandles) {
        this.pool = pool;
        this.revocationHandles = revocationHandles;
        this.config = config;
        check(config);
    }

    public static void check(TicketConfig config) {
        if (config.ttl().compareTo(Duration.ofSeconds(1)) < 0 || config.ttl().compareTo(MAX_TTL) > 0) {
            throw new ConfigurationException("access.ticket.ttl has to be 1 second to 5 minutes.");
        }
        if (config.maxPerCaller() < 1 || config.cleanupBatchSize() < 1) {
            throw new ConfigurationException(
                    "access.ticket.max-per-caller and access.ticket.cleanup-batch-size have to be 1 at least.");
        }
    }

    /**
     * A ticket that was just made.
     *
     * @param secret to be given to whoever asked, and to nobody else
     * @param expiresAt when it can be used no more
     */
    public record IssuedTicket(String secret, Instant expiresAt) {
        /** Never the secret. */
        @Override
        public String toString() {
            return "Fresh[expiresAt=" + expiresAt + "]";
        }
    }

    /** What a ticket was made for; it is taken out of the table by then. */
    record ConsumedTicket(TicketTarget target, Origin origin, AuthenticatedCaller caller) {}

    /**
     * Makes a ticket for the caller of an exchange, who was found to be allowed to open the stream.
     *
     * @param origin of the page that will present it
     * @return fails with {@link TicketLimitExceededException}, or {@link AuthorizationUnavailableException} when the database does not answer
     * @throws NotAuthenticatedException when nobody was let in
     */
    public Uni<IssuedTicket> issue(RoutingContext exchange, TicketTarget target, Origin origin) {
        AuthenticatedCaller caller = Authenticator.authenticatedCaller(exchange);
        OpaqueToken ticket = OpaqueToken.generate();
        Tuple values = Tuple.from(Arrays.asList(
                ticket.hash(),
                target.normalizedUrl(),
                origin.text(),
                caller.caller().issuer(),
                caller.caller().subject(),
                caller.caller().groups().toArray(String[]::new),
                caller.expiresAt().atOffset(ZoneOffset.UTC),
                config.ttl().toMillis() / 1000d,
                config.maxPerCaller(),
                caller.revocationHandle().map(RevocationHandle::storedName).orElse(null)));
        return guardQuery(pool.preparedQuery(INSERT).execute(values)).map(rows -> {
            if (rows.size() == 0) {
                throw new TicketLimitExceededException(config.maxPerCaller(), config.ttl());
            }
            Instant expiresAt = rows.iterator().next().getOffsetDateTime(0).toInstant();
            return new IssuedTicket(ticket.reveal(), expiresAt);
        });
    }

    /** Takes a ticket for good; empty when there is no such ticket, or no longer. */
    Uni<Optional<ConsumedTicket>> consume(OpaqueToken ticket) {
        return guardQuery(pool.preparedQuery(CONSUME).execute(Tuple.of(ticket.hash())))
                .flatMap(rows -> rows.size() == 0 || !rows.iterator().next().getBoolean("is_good")
                        ? Uni.createFrom().item(Optional.empty())
                        : restoreTicket(rows.iterator().next()));
    }

    /** Removes expired tickets, some at a time; gives back how many. */
    public Uni<Integer> removeExpired() {
        return guardQuery(pool.preparedQuery(DELETE_EXPIRED).execute(Tuple.of(config.cleanupBatchSize())))
                .map(RowSet::rowCount);
    }

    /** Empty when what the caller rested on was taken back meanwhile. */
    private Uni<Optional<ConsumedTicket>> restoreTicket(Row row) {
        String rests = row.getString("rests");
        return rests == null
                ? Uni.createFrom().item(Optional.of(toConsumedTicket(row, Optional.empty())))
                : revocationHandles
                        .find(rests)
                        .map(found -> found.map(hold -> toConsumedTicket(row, Optional.of(hold))));
    }

    private static ConsumedTicket toConsumedTicket(Row row, Optional<RevocationHandle> rests) {
        Caller caller =
                new Caller(row.getString("issuer"), row.getString("subject"), Set.of(row.getArrayOfStrings("groups")));
        return new ConsumedTicket(
                new TicketTarget(row.getString("target")),
                new Origin(row.getString("origin")),
                new AuthenticatedCaller(
                        caller, row.getOffsetDateTime("caller_until").toInstant(), rests, Optional.empty()));
    }

    private static <T> Uni<T> guardQuery(Uni<T> answer) {
        return AuthorizationUnavailableException.guardDatabaseQuery(answer, "tickets");
    }
}
