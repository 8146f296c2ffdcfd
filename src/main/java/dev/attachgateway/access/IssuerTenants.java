package dev.attachgateway.access;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells Quarkus OIDC which issuer the token of an exchange claims to be from. */
@ApplicationScoped
class IssuerTenants implements TenantConfigResolver {
    private static final String KEY = IssuerTenants.class.getName();

    static void choose(RoutingContext exchange, OidcTenantConfig issuer) {
        exchange.put(KEY, issuer);
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext exchange, OidcRequestContext<OidcTenantConfig> requestContext) {
        return Uni.createFrom().item(exchange.<OidcTenantConfig>get(KEY));
    }
}
