package dev.attachgateway.access.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.OpaqueToken;
import dev.attachgateway.access.authentication.RevocationHandle;
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
public class SessionStore {
    private static final Duration MIN_TTL = Duration.ofMinutes(1);
    private static final Duration MAX_TTL = Duration.ofDays(7);
    private static final int CLEANUP_BATCH_SIZE = 10_000;

    private static final String INSERT = """
            with surplus as (
                delete from browser_session where hash in (
                    select hash from browser_session where issuer = $2 and subject = $3
                    order by created_at desc offset $6))
            insert into browser_session (hash, issuer, subject, groups, expires_at)
            values ($1, $2, $3, $4, now() + make_interval(secs => $5))""";

    private static final String FIND =
            "select issuer, subject, groups, expires_at from browser_session where hash = $1 and expires_at > now()";

    private static final String DELETE = "delete from browser_session where hash = $1";

    private static final String NAME_PREFIX = "session ";

    private static final String FIND_ACTIVE =
            "select hash from browser_session where hash = any($1) and expires_at > now()";

    private static final String DELETE_EXPIRED = """
            delete from browser_session where hash in (
                select hash from browser_session where expires_at <= now() limit $1 for update skip locked)""";

    private final Pool pool;
    private final SessionConfig config;

    /** Those that streams rest on, for as long as they do; besides, for a moment, any that was asked about. */
    private final Cache<Buffer, SessionRevocationHandle> activeHandles =
            Caffeine.newBuilder().weakValues().build();

    private final AtomicLong revocationCount = new AtomicLong();

    SessionStore(Pool pool, SessionConfig config) {
        this.pool = pool;
        this.config = config;
        if (config.ttl().compareTo(MIN_TTL) < 0 || config.ttl().compareTo(MAX_TTL) > 0) {
            throw new ConfigurationException("access.session.ttl has to be 1 minute to 7 days.");
        }
        if (config.maxPerCaller() < 1) {
            throw new ConfigurationException("access.session.max-per-caller has to be 1 at least.");
        }
    }

    /** A session as long as it was not ended. */
    private static final class SessionRevocationHandle implements RevocationHandle {
        private final String storedName;
        private volatile boolean isRevoked;

        SessionRevocationHandle(Buffer hash) {
            storedName = NAME_PREFIX + HexFormat.of().formatHex(hash.getBytes());
        }

        @Override
        public String storedName() {
            return storedName;
        }

        @Override
        public boolean isRevoked() {
            return isRevoked;
        }
    }

    /** Begins a session; fails with {@link AuthorizationUnavailableException} when the database does not answer. */
    Uni<OpaqueToken> create(Caller caller) {
        OpaqueToken token = OpaqueToken.generate();
        return guardQuery(pool.preparedQuery(INSERT)
                        .execute(Tuple.of(
                                token.hash(),
                                caller.issuer(),
                                caller.subject(),
                                caller.groups().toArray(String[]::new),
                                (double) config.ttl().toSeconds(),
                                config.maxPerCaller() - 1)))
                .replaceWith(token);
    }

    /** Whose session this is; empty when it is none, or none any more. */
    Uni<Optional<AuthenticatedCaller>> find(OpaqueToken token) {
        return guardQuery(pool.preparedQuery(FIND).execute(Tuple.of(token.hash())))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(
                                toAuthenticatedCaller(token, rows.iterator().next())));
    }

    /** The hash in a name that a session has among what can be taken back; empty when it is none of a session. */
    public static Optional<Buffer> hashFromStoredName(String name) {
        return name.startsWith(NAME_PREFIX)
                ? Optional.of(Buffer.buffer(HexFormat.of().parseHex(name.substring(NAME_PREFIX.length()))))
                : Optional.empty();
    }

    /** A hold on a session; empty when it is none any more. */
    public Uni<Optional<RevocationHandle>> findRevocationHandle(Buffer hash) {
        return guardQuery(pool.preparedQuery(FIND_ACTIVE).execute(Tuple.from(List.of((Object) new Buffer[] {hash}))))
                .map(rows -> rows.size() == 0 ? Optional.empty() : Optional.of(revocationHandle(hash)));
    }

    /** Ends a session, for every replica. */
    Uni<Void> delete(OpaqueToken token) {
        return guardQuery(pool.preparedQuery(DELETE).execute(Tuple.of(token.hash())))
                .replaceWithVoid();
    }

    /** Removes sessions that are over, some at a time; gives back how many. */
    public Uni<Integer> removeExpired() {
        return guardQuery(pool.preparedQuery(DELETE_EXPIRED).execute(Tuple.of(CLEANUP_BATCH_SIZE)))
                .map(RowSet::rowCount);
    }

    /** Looks which of those in use were ended meanwhile, here or at another replica. */
    public Uni<Void> refreshRevocations() {
        activeHandles.cleanUp();
        Set<Buffer> looked = Set.copyOf(activeHandles.asMap().keySet());
        if (looked.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Buffer[] hashes = looked.toArray(Buffer[]::new);
        return guardQuery(pool.preparedQuery(FIND_ACTIVE).execute(Tuple.from(List.of((Object) hashes))))
                .invoke(rows -> {
                    Set<Buffer> gone = new HashSet<>(looked);
                    rows.forEach(row -> gone.remove(toBuffer(row.getBuffer(0).getBytes())));
                    gone.forEach(this::markRevoked);
                })
                .replaceWithVoid();
    }

    /** Equal to an earlier one only when no session in use was ended since. */
    public Object version() {
        return revocationCount.get();
    }

    private void markRevoked(Buffer hash) {
        SessionRevocationHandle session = activeHandles.getIfPresent(hash);
        if (session != null) {
            session.isRevoked = true;
            activeHandles.invalidate(hash);
            revocationCount.incrementAndGet();
        }
    }

    private AuthenticatedCaller toAuthenticatedCaller(OpaqueToken token, Row row) {
        Caller caller =
                new Caller(row.getString("issuer"), row.getString("subject"), Set.of(row.getArrayOfStrings("groups")));
        return new AuthenticatedCaller(
                caller,
                row.getOffsetDateTime("expires_at").toInstant(),
                Optional.of(revocationHandle(toBuffer(token.hash()))),
                Optional.empty());
    }

    private RevocationHandle revocationHandle(Buffer hash) {
        return activeHandles.get(hash, SessionRevocationHandle::new);
    }

    private static Buffer toBuffer(byte[] hash) {
        return Buffer.buffer(hash);
    }

    private static <T> Uni<T> guardQuery(Uni<T> answer) {
        return AuthorizationUnavailableException.guardDatabaseQuery(answer, "sessions");
    }
}
