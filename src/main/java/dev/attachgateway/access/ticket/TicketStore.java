package dev.attachgateway.access.ticket;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.OpaqueToken;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.browser.Origin;
import dev.attachgateway.database.NamedStatement;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * Stream tickets. A ticket is valid once, at any replica: presenting it deletes its row, and of concurrent requests with the
 * same ticket the database lets one succeed.
 */
@Startup
@ApplicationScoped
public class TicketStore {
    private static final Duration MAX_TTL = Duration.ofMinutes(5);

    /**
     * Concurrent inserts may exceed the limit by their number: the limit bounds the table and is no security boundary.
     */
    private static final NamedStatement INSERT = NamedStatement.parse("""
            insert into stream_ticket (hash, target, origin, issuer, subject, groups, caller_until, rests, expires_at)
            select :hash, :target, :origin, :issuer, :subject, :groups, :caller_until, :rests,
                least(now() + make_interval(secs => :ttl), :caller_until)
            where (select count(*) from stream_ticket
                where issuer = :issuer and subject = :subject and expires_at > now()) < :max_per_caller
            returning expires_at""");

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

    /** Checks the configuration; fails with {@link ConfigurationException}. */
    public static void check(TicketConfig config) {
        if (config.ttl().compareTo(Duration.ofSeconds(1)) < 0 || config.ttl().compareTo(MAX_TTL) > 0) {
            throw new ConfigurationException("access.ticket.ttl must be between 1 second and 5 minutes.");
        }
        if (config.maxPerCaller() < 1 || config.cleanupBatchSize() < 1) {
            throw new ConfigurationException(
                    "access.ticket.max-per-caller and access.ticket.cleanup-batch-size must be at least 1.");
        }
    }

    /**
     * A newly issued ticket.
     *
     * @param secret for the requesting client only
     * @param expiresAt when the ticket expires
     */
    public record IssuedTicket(String secret, Instant expiresAt) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "IssuedTicket[expiresAt=" + expiresAt + "]";
        }
    }

    /** The content of a ticket whose row has been deleted. */
    record ConsumedTicket(TicketTarget target, Origin origin, AuthenticatedCaller caller) {}

    /**
     * Issues a ticket for a caller whose access to the stream was authorized before.
     *
     * @param origin of the page that will present it
     * @return fails with {@link ProblemType#TOO_MANY_TICKETS}, or with {@link AuthorizationUnavailableException} when the
     *     database does not respond
     */
    public Uni<IssuedTicket> issue(AuthenticatedCaller caller, TicketTarget target, Origin origin) {
        var ticket = OpaqueToken.generate();
        var inserted = INSERT.values()
                .set("hash", ticket.hash())
                .set("target", target.normalizedUrl())
                .set("origin", origin.text())
                .set("issuer", caller.caller().issuer())
                .set("subject", caller.caller().subject())
                .set("groups", caller.caller().groups().toArray(String[]::new))
                .set("caller_until", caller.expiresAt().atOffset(ZoneOffset.UTC))
                .set("ttl", config.ttl().toMillis() / 1000d)
                .set("max_per_caller", config.maxPerCaller())
                .set(
                        "rests",
                        caller.revocationHandle()
                                .map(RevocationHandle::storedName)
                                .orElse(null))
                .execute(pool);
        return guardQuery(inserted).map(rows -> {
            if (rows.size() == 0) {
                throw new ProblemException(ProblemBuilder.of(
                                ProblemType.TOO_MANY_TICKETS,
                                "The caller has reached the limit of " + config.maxPerCaller() + " unused tickets.")
                        // All of them will have expired by then.
                        .withRetryAfter(config.ttl()));
            }
            Instant expiresAt = rows.iterator().next().getOffsetDateTime(0).toInstant();
            return new IssuedTicket(ticket.reveal(), expiresAt);
        });
    }

    /** Consumes a ticket; empty when it does not exist, was used, or has expired. */
    Uni<Optional<ConsumedTicket>> consume(OpaqueToken ticket) {
        return guardQuery(pool.preparedQuery(CONSUME).execute(Tuple.of(ticket.hash())))
                .flatMap(rows -> rows.size() == 0 || !rows.iterator().next().getBoolean("is_good")
                        ? Uni.createFrom().item(Optional.empty())
                        : restoreTicket(rows.iterator().next()));
    }

    /** Removes one batch of expired tickets; returns how many. */
    Uni<Integer> removeExpired() {
        return guardQuery(pool.preparedQuery(DELETE_EXPIRED).execute(Tuple.of(config.cleanupBatchSize())))
                .map(RowSet::rowCount);
    }

    /** Empty when the caller's credential has been revoked since. */
    private Uni<Optional<ConsumedTicket>> restoreTicket(Row row) {
        String storedName = row.getString("rests");
        return storedName == null
                ? Uni.createFrom().item(Optional.of(toConsumedTicket(row, Optional.empty())))
                : revocationHandles
                        .find(storedName)
                        .map(found -> found.map(handle -> toConsumedTicket(row, Optional.of(handle))));
    }

    private static ConsumedTicket toConsumedTicket(Row row, Optional<RevocationHandle> revocationHandle) {
        Caller caller =
                new Caller(row.getString("issuer"), row.getString("subject"), Set.of(row.getArrayOfStrings("groups")));
        return new ConsumedTicket(
                new TicketTarget(row.getString("target")),
                new Origin(row.getString("origin")),
                new AuthenticatedCaller(
                        caller, row.getOffsetDateTime("caller_until").toInstant(), revocationHandle, Optional.empty()));
    }

    private static <T> Uni<T> guardQuery(Uni<T> result) {
        return AuthorizationUnavailableException.guardDatabaseQuery(result, "tickets");
    }
}
