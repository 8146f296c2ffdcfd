package dev.attachgateway.sandbox.oidc;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * The issuer's HTTP face: discovery, keys, and two grants of RFC 6749: client credentials (section 4.4) and, after a login at
 * the {@link AuthorizationEndpoint}, an authorization code (section 4.1).
 */
public final class OidcEndpoints {

    private static final int MOST_SECONDS = 24 * 3_600;

    private record Client(String id, String secret) {}

    private final Vertx vertx;
    private final OidcIssuer issuer;
    private final AuthorizationCodes codes;

    public OidcEndpoints(Vertx vertx, OidcIssuer issuer, AuthorizationCodes codes) {
        this.vertx = vertx;
        this.issuer = issuer;
        this.codes = codes;
    }

    public void mount(Router router) {
        // A page that has a code fetches its token from wherever it is; no cookie has any meaning here.
        router.route("/oidc/*")
                .handler(CorsHandler.create()
                        .addOrigin("*")
                        .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST))
                        .allowedHeaders(Set.of("Authorization", "Content-Type")));
        new AuthorizationEndpoint(issuer.url(), codes).mount(router);
        router.get("/oidc/.well-known/openid-configuration").handler(context -> answer(context, 200, configuration()));
        router.get("/oidc/jwks").handler(context -> answer(context, 200, new JsonObject(issuer.jwks())));
        router.post("/oidc/token").handler(this::token);
    }

    private JsonObject configuration() {
        return new JsonObject()
                .put("issuer", issuer.url())
                .put("authorization_endpoint", issuer.url() + "/authorize")
                .put("token_endpoint", issuer.url() + "/token")
                .put("jwks_uri", issuer.url() + "/jwks")
                .put(
                        "grant_types_supported",
                        new JsonArray().add("client_credentials").add("authorization_code"))
                .put("response_types_supported", new JsonArray().add("code"))
                .put("code_challenge_methods_supported", new JsonArray().add("S256"))
                .put("authorization_response_iss_parameter_supported", true)
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("id_token_signing_alg_values_supported", new JsonArray().add("RS256"))
                .put(
                        "token_endpoint_auth_methods_supported",
                        new JsonArray()
                                .add("client_secret_basic")
                                .add("client_secret_post")
                                .add("none"));
    }

    private void token(RoutingContext context) {
        MultiMap form = context.request().formAttributes();
        String grant = form.get("grant_type");
        Optional<Client> client = client(context, form);
        Optional<Duration> validity = validity(form);
        if (grant == null) {
            refuse(context, 400, "invalid_request", "grant_type is missing");
        } else if (grant.equals("authorization_code")) {
            redeem(context, form, validity);
        } else if (!grant.equals("client_credentials")) {
            refuse(context, 400, "unsupported_grant_type", "only client_credentials and authorization_code are known");
        } else if (client.filter(OidcEndpoints::isKnown).isEmpty()) {
            context.response().putHeader("WWW-Authenticate", "Basic realm=\"sandbox\"");
            refuse(context, 401, "invalid_client", "the client or its secret is wrong");
        } else if (validity.isEmpty()) {
            refuse(context, 400, "invalid_request", "expires_in must be 1 to " + MOST_SECONDS + " seconds");
        } else {
            String id = client.get().id();
            issue(
                    context,
                    validity.get(),
                    () -> new JsonObject().put("access_token", issuer.token(id, id, validity.get())));
        }
    }

    private void redeem(RoutingContext context, MultiMap form, Optional<Duration> validity) {
        if (!form.contains("code")
                || !form.contains("client_id")
                || !form.contains("redirect_uri")
                || !form.contains("code_verifier")
                || validity.isEmpty()) {
            refuse(context, 400, "invalid_request", "needs code, client_id, redirect_uri and code_verifier");
            return;
        }
        codes.redeem(form.get("code"), form.get("client_id"), form.get("redirect_uri"), form.get("code_verifier"))
                .ifPresentOrElse(
                        agreed -> issue(context, validity.get(), () -> tokens(agreed, validity.get())),
                        () -> refuse(
                                context, 400, "invalid_grant", "the code is used, expired or not of this request"));
    }

    private JsonObject tokens(AuthorizationCodes.Agreement agreed, Duration validity) {
        return new JsonObject()
                .put("access_token", issuer.token(agreed.user(), agreed.clientId(), validity))
                .put("id_token", issuer.idToken(agreed, validity));
    }

    private void issue(RoutingContext context, Duration validity, Callable<JsonObject> tokens) {
        vertx.executeBlocking(tokens, false)
                .onSuccess(made ->
                        answer(context, 200, made.put("token_type", "Bearer").put("expires_in", validity.toSeconds())))
                .onFailure(context::fail);
    }

    /** A client's secret is its name. */
    private static boolean isKnown(Client client) {
        return OidcIssuer.groups(client.id()).isPresent() && client.secret().equals(client.id());
    }

    private static Optional<Client> client(RoutingContext context, MultiMap form) {
        String authorization = context.request().getHeader("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return basic(authorization.substring(6).strip());
        }
        String id = form.get("client_id");
        String secret = form.get("client_secret");
        return id == null || secret == null ? Optional.empty() : Optional.of(new Client(id, secret));
    }

    private static Optional<Client> basic(String encoded) {
        try {
            String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Client(decode(text.substring(0, colon)), decode(text.substring(colon + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Optional<Duration> validity(MultiMap form) {
        String text = form.get("expires_in");
        if (text == null) {
            return Optional.of(Duration.ofHours(1));
        }
        try {
            int seconds = Integer.parseInt(text);
            return seconds < 1 || seconds > MOST_SECONDS ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void refuse(RoutingContext context, int status, String error, String description) {
        answer(context, status, new JsonObject().put("error", error).put("error_description", description));
    }

    private static void answer(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.encode());
    }
}
