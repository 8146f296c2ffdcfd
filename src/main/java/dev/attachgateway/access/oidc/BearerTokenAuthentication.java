package dev.attachgateway.access.oidc;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthenticationMechanism;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.signature.Signer;
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

/** Authentication by JSON Web Tokens of the configured issuers, in {@code Authorization: Bearer} or {@code X-Auth-Token}. */
@Singleton
public final class BearerTokenAuthentication implements AuthenticationMechanism {
    private static final Logger LOG = Logger.getLogger(BearerTokenAuthentication.class);
    private static final Duration VERIFICATION_TIMEOUT = Duration.ofSeconds(5);
    private static final List<Duration> RETRY_DELAYS =
            List.of(Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(400));

    private final OidcIssuers issuers;
    private final IdentityProviderManager identityProviders;

    /** Issuers whose keys were fetched at least once. */
    private final Set<String> issuersWithKeys = ConcurrentHashMap.newKeySet();

    private final Map<String, Uni<AuthenticatedCaller>> firstVerifications = new ConcurrentHashMap<>();

    BearerTokenAuthentication(OidcIssuers issuers, IdentityProviderManager identityProviders) {
        this.issuers = issuers;
        this.identityProviders = identityProviders;
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return request.headers().contains("X-Auth-Token")
                || request.headers().getAll("Authorization").stream()
                        .anyMatch(authorization -> !Signer.isSignature(authorization));
    }

    @Override
    public Uni<AuthenticatedCaller> authenticate(RoutingContext exchange) {
        return Uni.createFrom().deferred(() -> {
            BearerToken bearerToken = BearerToken.fromHeaders(exchange.request().headers());
            OidcTenantConfig issuer =
                    issuers.findTenant(bearerToken.issuer()).orElseThrow(NotAuthenticatedException::invalidToken);
            OidcTenantResolver.setTenant(exchange, issuer);
            String name = issuer.tenantId().orElseThrow();
            TokenAuthenticationRequest request =
                    new TokenAuthenticationRequest(new AccessTokenCredential(bearerToken.value()));
            HttpSecurityUtils.setRoutingContextAttribute(request, exchange);
            return afterFirstVerification(name, verify(exchange, name, request, 0));
        });
    }

    /**
     * Until an issuer's keys have been fetched once, one request fetches them and the others wait for it: after a restart all
     * clients reconnect at once, and an EventSource does not reconnect after an error response.
     */
    private Uni<AuthenticatedCaller> afterFirstVerification(String issuer, Uni<AuthenticatedCaller> verified) {
        if (issuersWithKeys.contains(issuer)) {
            return verified;
        }
        Uni<AuthenticatedCaller> first = verified.onItemOrFailure()
                .invoke((_, failure) -> {
                    if (!(failure instanceof AuthorizationUnavailableException)) {
                        issuersWithKeys.add(issuer);
                    }
                    firstVerifications.remove(issuer);
                })
                .memoize()
                .indefinitely();
        Uni<AuthenticatedCaller> running = firstVerifications.putIfAbsent(issuer, first);
        return running == null ? first : running.onItemOrFailure().transformToUni((_, _) -> verified);
    }

    private Uni<AuthenticatedCaller> verify(
            RoutingContext exchange, String issuer, TokenAuthenticationRequest request, int attempt) {
        Uni<AuthenticatedCaller> verified = identityProviders
                .authenticate(request)
                .ifNoItem()
                .after(VERIFICATION_TIMEOUT)
                .fail()
                .map(identity -> toAuthenticatedCaller(issuer, identity))
                .onFailure()
                .transform(failure -> classifyFailure(issuer, failure));
        if (attempt == RETRY_DELAYS.size()) {
            return verified;
        }
        // In a burst without cached keys JwksFetchLimiter admits only a few fetches; the others find the keys on a
        // retry.
        return verified.onFailure(AuthorizationUnavailableException.class)
                .recoverWithUni(_ -> delay(exchange, RETRY_DELAYS.get(attempt))
                        .flatMap(_ -> verify(exchange, issuer, request, attempt + 1)));
    }

    private static Uni<Long> delay(RoutingContext exchange, Duration duration) {
        return Uni.createFrom().emitter(done -> exchange.vertx().setTimer(duration.toMillis(), done::complete));
    }

    private static AuthenticatedCaller toAuthenticatedCaller(String issuer, SecurityIdentity identity) {
        JsonWebToken token = token(identity).orElseThrow(NotAuthenticatedException::invalidToken);
        return new AuthenticatedCaller(
                caller(issuer, token).orElseThrow(NotAuthenticatedException::invalidToken),
                Instant.ofEpochSecond(token.getExpirationTime() + OidcIssuers.CLOCK_SKEW_SECONDS));
    }

    /** The token of a verified identity; empty when it was verified by other means. */
    public static Optional<JsonWebToken> token(SecurityIdentity identity) {
        return identity.getPrincipal() instanceof JsonWebToken token ? Optional.of(token) : Optional.empty();
    }

    /** The caller of a verified token; empty when its subject or groups cannot be stored. */
    public static Optional<Caller> caller(String issuer, JsonWebToken token) {
        Optional<Caller> caller = Optional.of(new Caller(issuer, token.getSubject(), groups(token)))
                .filter(Caller::isStorable);
        if (caller.isEmpty()) {
            LOG.debugf("Token rejected issuer=%s reason=its subject or groups cannot be stored", issuer);
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

    /** Separates invalid tokens (401) from verifications that could not be carried out (503). */
    private static RuntimeException classifyFailure(String issuer, Throwable failure) {
        if (failure instanceof NotAuthenticatedException rejection) {
            return rejection;
        }
        Throwable cause = failure instanceof AuthenticationFailedException ? failure.getCause() : failure;
        if (cause == null || cause instanceof InvalidJwtException || cause instanceof JoseException) {
            LOG.debugf(
                    "Token rejected issuer=%s reason=%s",
                    issuer, cause == null ? "" : cause.getClass().getSimpleName());
            return NotAuthenticatedException.invalidToken();
        }
        LOG.warnf("Token could not be verified issuer=%s reason=%s", issuer, cause);
        return new AuthorizationUnavailableException("The keys of the token's issuer could not be fetched.", cause);
    }
}
