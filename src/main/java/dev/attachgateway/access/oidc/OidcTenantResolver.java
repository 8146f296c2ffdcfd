package dev.attachgateway.access.oidc;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells Quarkus OIDC which issuer the token of an exchange claims to be from. */
@ApplicationScoped
public class OidcTenantResolver implements TenantConfigResolver {
    private static final String TENANT_KEY = OidcTenantResolver.class.getName();

    /** Sets the issuer that the exchange's token is verified with. */
    public static void setTenant(RoutingContext exchange, OidcTenantConfig issuer) {
        exchange.put(TENANT_KEY, issuer);
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext exchange, OidcRequestContext<OidcTenantConfig> requestContext) {
        return Uni.createFrom().item(exchange.<OidcTenantConfig>get(TENANT_KEY));
    }
}
