package dev.attachgateway.access.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.OpaqueToken;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.database.NamedStatement;
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

/** Browser sessions, stored in the database, so that a logout takes effect at every replica at once. */
@Startup
@ApplicationScoped
public class SessionStore {
    private static final Duration MIN_TTL = Duration.ofMinutes(1);
    private static final Duration MAX_TTL = Duration.ofDays(7);
    private static final int CLEANUP_BATCH_SIZE = 10_000;

    private static final NamedStatement INSERT = NamedStatement.parse("""
            with surplus as (
                delete from browser_session where hash in (
                    select hash from browser_session where issuer = :issuer and subject = :subject
                    order by created_at desc offset :max_others))
            insert into browser_session (hash, issuer, subject, groups, expires_at)
            values (:hash, :issuer, :subject, :groups, now() + make_interval(secs => :ttl))""");

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

    /** Handles of sessions that open streams depend on, and, until collected, of any session that was found. */
    private final Cache<Buffer, SessionRevocationHandle> activeHandles =
            Caffeine.newBuilder().weakValues().build();

    private final AtomicLong revocationCount = new AtomicLong();

    SessionStore(Pool pool, SessionConfig config) {
        this.pool = pool;
        this.config = config;
        if (config.ttl().compareTo(MIN_TTL) < 0 || config.ttl().compareTo(MAX_TTL) > 0) {
            throw new ConfigurationException("access.session.ttl must be between 1 minute and 7 days.");
        }
        if (config.maxPerCaller() < 1) {
            throw new ConfigurationException("access.session.max-per-caller must be at least 1.");
        }
    }

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

    /** Creates a session; fails with {@link AuthorizationUnavailableException} when the database does not respond. */
    Uni<OpaqueToken> create(Caller caller) {
        var token = OpaqueToken.generate();
        return guardQuery(INSERT.values()
                        .set("hash", token.hash())
                        .set("issuer", caller.issuer())
                        .set("subject", caller.subject())
                        .set("groups", caller.groups().toArray(String[]::new))
                        .set("ttl", (double) config.ttl().toSeconds())
                        .set("max_others", config.maxPerCaller() - 1)
                        .execute(pool))
                .replaceWith(token);
    }

    /** The caller of a session; empty when the token is unknown or the session has expired or ended. */
    Uni<Optional<AuthenticatedCaller>> find(OpaqueToken token) {
        return guardQuery(pool.preparedQuery(FIND).execute(Tuple.of(token.hash())))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(
                                toAuthenticatedCaller(token, rows.iterator().next())));
    }

    /** The session hash in the stored name of a revocation handle; empty when the handle is not a session's. */
    public static Optional<Buffer> hashFromStoredName(String name) {
        return name.startsWith(NAME_PREFIX)
                ? Optional.of(Buffer.buffer(HexFormat.of().parseHex(name.substring(NAME_PREFIX.length()))))
                : Optional.empty();
    }

    /** The revocation handle of a session; empty when the session has ended. */
    public Uni<Optional<RevocationHandle>> findRevocationHandle(Buffer hash) {
        return guardQuery(pool.preparedQuery(FIND_ACTIVE).execute(Tuple.from(List.of((Object) new Buffer[] {hash}))))
                .map(rows -> rows.size() == 0 ? Optional.empty() : Optional.of(revocationHandle(hash)));
    }

    /** Ends a session, at every replica. */
    Uni<Void> delete(OpaqueToken token) {
        return guardQuery(pool.preparedQuery(DELETE).execute(Tuple.of(token.hash())))
                .replaceWithVoid();
    }

    /** Removes one batch of expired sessions; returns how many. */
    Uni<Integer> removeExpired() {
        return guardQuery(pool.preparedQuery(DELETE_EXPIRED).execute(Tuple.of(CLEANUP_BATCH_SIZE)))
                .map(RowSet::rowCount);
    }

    /** Marks the handles of sessions that have ended since, here or at another replica, as revoked. */
    Uni<Void> refreshRevocations() {
        activeHandles.cleanUp();
        Set<Buffer> active = Set.copyOf(activeHandles.asMap().keySet());
        if (active.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Buffer[] hashes = active.toArray(Buffer[]::new);
        return guardQuery(pool.preparedQuery(FIND_ACTIVE).execute(Tuple.from(List.of((Object) hashes))))
                .invoke(rows -> {
                    Set<Buffer> ended = new HashSet<>(active);
                    rows.forEach(row -> ended.remove(toBuffer(row.getBuffer(0).getBytes())));
                    ended.forEach(this::markRevoked);
                })
                .replaceWithVoid();
    }

    /** Equal to an earlier version only when no session with a live handle has ended since. */
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

    private static <T> Uni<T> guardQuery(Uni<T> result) {
        return AuthorizationUnavailableException.guardDatabaseQuery(result, "sessions");
    }
}
