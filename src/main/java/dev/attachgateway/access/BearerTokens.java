package dev.attachgateway.access;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.json.JsonString;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

/** JSON Web Tokens of the configured issuers, in {@code Authorization: Bearer} or {@code X-Auth-Token}. */
@Singleton
final class BearerTokens implements Scheme {
    private static final Logger LOG = Logger.getLogger(BearerTokens.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(400));

    private final Issuers issuers;
    private final IdentityProviderManager identities;

    /** Issuers whose keys were got once. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private final Map<String, Uni<Authenticated>> first = new ConcurrentHashMap<>();

    BearerTokens(Issuers issuers, IdentityProviderManager identities) {
        this.issuers = issuers;
        this.identities = identities;
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return request.headers().contains("X-Auth-Token")
                || request.headers().getAll("Authorization").stream()
                        .anyMatch(authorization -> !Signatures.isSignature(authorization));
    }

    @Override
    public Uni<Authenticated> authenticate(RoutingContext exchange) {
        return Uni.createFrom().deferred(() -> {
            Credential credential = Credential.of(exchange.request().headers());
            OidcTenantConfig issuer = issuers.claiming(credential.issuer()).orElseThrow(NotAuthenticated::invalid);
            IssuerTenants.choose(exchange, issuer);
            String name = issuer.tenantId().orElseThrow();
            TokenAuthenticationRequest request =
                    new TokenAuthenticationRequest(new AccessTokenCredential(credential.token()));
            HttpSecurityUtils.setRoutingContextAttribute(request, exchange);
            return afterTheFirst(name, verified(exchange, name, request, 0));
        });
    }

    /**
     * Of those who come before an issuer's keys were ever got one asks for them, and the others wait for that: after a
     * restart everyone comes at once, and an EventSource takes a refusal for good.
     */
    private Uni<Authenticated> afterTheFirst(String issuer, Uni<Authenticated> verified) {
        if (asked.contains(issuer)) {
            return verified;
        }
        Uni<Authenticated> mine = verified.onItemOrFailure()
                .invoke((known, failure) -> {
                    if (!(failure instanceof AccessUndecided)) {
                        asked.add(issuer);
                    }
                    first.remove(issuer);
                })
                .memoize()
                .indefinitely();
        Uni<Authenticated> before = first.putIfAbsent(issuer, mine);
        return before == null ? mine : before.onItemOrFailure().transformToUni((known, failure) -> verified);
    }

    private Uni<Authenticated> verified(
            RoutingContext exchange, String issuer, TokenAuthenticationRequest request, int pause) {
        Uni<Authenticated> verified = identities
                .authenticate(request)
                .ifNoItem()
                .after(LIMIT)
                .fail()
                .map(identity -> authenticated(issuer, identity))
                .onFailure()
                .transform(failure -> sorted(issuer, failure));
        if (pause == PAUSES.size()) {
            return verified;
        }
        // Of a burst that meets no keys only a few may ask for them; the others find them a moment later.
        return verified.onFailure(AccessUndecided.class)
                .recoverWithUni(undecided -> after(exchange, PAUSES.get(pause))
                        .flatMap(passed -> verified(exchange, issuer, request, pause + 1)));
    }

    private static Uni<Long> after(RoutingContext exchange, Duration pause) {
        return Uni.createFrom().emitter(done -> exchange.vertx().setTimer(pause.toMillis(), done::complete));
    }

    private static Authenticated authenticated(String issuer, SecurityIdentity identity) {
        JsonWebToken token = token(identity).orElseThrow(NotAuthenticated::invalid);
        return new Authenticated(
                caller(issuer, token).orElseThrow(NotAuthenticated::invalid),
                Instant.ofEpochSecond(token.getExpirationTime() + Issuers.CLOCK_SKEW_SECONDS));
    }

    /** The token that an identity was verified by. */
    static Optional<JsonWebToken> token(SecurityIdentity identity) {
        return identity.getPrincipal() instanceof JsonWebToken token ? Optional.of(token) : Optional.empty();
    }

    /** Whom a verified token speaks for; empty when its subject or its groups cannot be kept. */
    static Optional<Caller> caller(String issuer, JsonWebToken token) {
        Optional<Caller> caller = Optional.of(new Caller(issuer, token.getSubject(), groups(token)))
                .filter(Caller::canBeKept);
        if (caller.isEmpty()) {
            LOG.debugf("Token refused issuer=%s reason=a subject or groups that cannot be kept", issuer);
        }
        return caller;
    }

    private static Set<String> groups(JsonWebToken token) {
        return token.<Object>getClaim("groups") instanceof Collection<?> groups
                ? groups.stream()
                        .map(group -> group instanceof JsonString json ? json.getString() : group.toString())
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    /** A token that was looked at and found wanting is the caller's; a look that could not be taken is ours. */
    private static RuntimeException sorted(String issuer, Throwable failure) {
        if (failure instanceof NotAuthenticated no) {
            return no;
        }
        Throwable cause = failure instanceof AuthenticationFailedException ? failure.getCause() : failure;
        if (cause == null || cause instanceof InvalidJwtException || cause instanceof JoseException) {
            LOG.debugf(
                    "Token refused issuer=%s reason=%s",
                    issuer, cause == null ? "" : cause.getClass().getSimpleName());
            return NotAuthenticated.invalid();
        }
        LOG.warnf("Token could not be checked issuer=%s reason=%s", issuer, cause);
        return new AccessUndecided("The token's issuer could not be asked for its keys.", cause);
    }
}
