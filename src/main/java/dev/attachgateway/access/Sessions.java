package dev.attachgateway.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Sessions of browsers: kept in the database, so that a logout counts at once at every replica. */
@Startup
@ApplicationScoped
class Sessions {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int REMOVED_AT_ONCE = 10_000;

    private static final String INSERT = """
            with surplus as (
                delete from browser_session where hash in (
                    select hash from browser_session where issuer = $2 and subject = $3
                    order by created_at desc offset $6))
            insert into browser_session (hash, issuer, subject, groups, expires_at)
            values ($1, $2, $3, $4, now() + make_interval(secs => $5))""";

    private static final String FIND =
            "select issuer, subject, groups, expires_at from browser_session where hash = $1 and expires_at > now()";

    private static final String END = "delete from browser_session where hash = $1";

    private static final String NAME = "session ";

    private static final String STANDING =
            "select hash from browser_session where hash = any($1) and expires_at > now()";

    private static final String REMOVE = """
            delete from browser_session where hash in (
                select hash from browser_session where expires_at <= now() limit $1 for update skip locked)""";

    private final Pool pool;
    private final SessionConfig config;

    /** Those that streams rest on, for as long as they do; besides, for a moment, any that was asked about. */
    private final Cache<Buffer, Standing> inUse =
            Caffeine.newBuilder().weakValues().build();

    private final AtomicLong ended = new AtomicLong();

    Sessions(Pool pool, SessionConfig config) {
        this.pool = pool;
        this.config = config;
        if (config.life().compareTo(SHORTEST) < 0 || config.life().compareTo(LONGEST) > 0) {
            throw new ConfigurationException("access.session.life has to be 1 minute to 7 days.");
        }
        if (config.perCaller() < 1) {
            throw new ConfigurationException("access.session.per-caller has to be 1 at least.");
        }
    }

    /** A session as long as it was not ended. */
    private static final class Standing implements Revocable {
        private final String name;
        private volatile boolean isRevoked;

        Standing(Buffer hash) {
            name = NAME + HexFormat.of().formatHex(hash.getBytes());
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean isRevoked() {
            return isRevoked;
        }
    }

    /** Begins a session; fails with {@link AccessUndecided} when the database does not answer. */
    Uni<OpaqueToken> begin(Caller caller) {
        OpaqueToken token = OpaqueToken.fresh();
        return inTime(pool.preparedQuery(INSERT)
                        .execute(Tuple.of(
                                token.hash(),
                                caller.issuer(),
                                caller.subject(),
                                caller.groups().toArray(String[]::new),
                                (double) config.life().toSeconds(),
                                config.perCaller() - 1)))
                .replaceWith(token);
    }

    /** Whose session this is; empty when it is none, or none any more. */
    Uni<Optional<Authenticated>> find(OpaqueToken token) {
        return inTime(pool.preparedQuery(FIND).execute(Tuple.of(token.hash())))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(authenticated(token, rows.iterator().next())));
    }

    /** The hash in a name that a session has among what can be taken back; empty when it is none of a session. */
    static Optional<Buffer> named(String name) {
        return name.startsWith(NAME)
                ? Optional.of(Buffer.buffer(HexFormat.of().parseHex(name.substring(NAME.length()))))
                : Optional.empty();
    }

    /** A hold on a session; empty when it is none any more. */
    Uni<Optional<Revocable>> standing(Buffer hash) {
        return inTime(pool.preparedQuery(STANDING).execute(Tuple.from(List.of((Object) new Buffer[] {hash}))))
                .map(rows -> rows.size() == 0 ? Optional.empty() : Optional.of(hold(hash)));
    }

    /** Ends a session, for every replica. */
    Uni<Void> end(OpaqueToken token) {
        return inTime(pool.preparedQuery(END).execute(Tuple.of(token.hash()))).replaceWithVoid();
    }

    /** Removes sessions that are over, some at a time; gives back how many. */
    Uni<Integer> removeExpired() {
        return inTime(pool.preparedQuery(REMOVE).execute(Tuple.of(REMOVED_AT_ONCE)))
                .map(RowSet::rowCount);
    }

    /** Looks which of those in use were ended meanwhile, here or at another replica. */
    Uni<Void> look() {
        inUse.cleanUp();
        Set<Buffer> looked = Set.copyOf(inUse.asMap().keySet());
        if (looked.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Buffer[] hashes = looked.toArray(Buffer[]::new);
        return inTime(pool.preparedQuery(STANDING).execute(Tuple.from(List.of((Object) hashes))))
                .invoke(rows -> {
                    Set<Buffer> gone = new HashSet<>(looked);
                    rows.forEach(row -> gone.remove(key(row.getBuffer(0).getBytes())));
                    gone.forEach(this::revoke);
                })
                .replaceWithVoid();
    }

    /** Equal to an earlier one only when no session in use was ended since. */
    Object edition() {
        return ended.get();
    }

    private void revoke(Buffer hash) {
        Standing session = inUse.getIfPresent(hash);
        if (session != null) {
            session.isRevoked = true;
            inUse.invalidate(hash);
            ended.incrementAndGet();
        }
    }

    private Authenticated authenticated(OpaqueToken token, Row row) {
        Caller caller =
                new Caller(row.getString("issuer"), row.getString("subject"), Set.of(row.getArrayOfStrings("groups")));
        return new Authenticated(
                caller,
                row.getOffsetDateTime("expires_at").toInstant(),
                Optional.of(hold(key(token.hash()))),
                Optional.empty());
    }

    private Revocable hold(Buffer hash) {
        return inUse.get(hash, Standing::new);
    }

    private static Buffer key(byte[] hash) {
        return Buffer.buffer(hash);
    }

    private static <T> Uni<T> inTime(Uni<T> answer) {
        return AccessUndecided.ifUnanswered(answer, "sessions");
    }
}
