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
 * HTTP endpoints of the issuer: discovery, keys, and two grants of RFC 6749: client credentials (section 4.4) and,
 * after a login at the {@link AuthorizationEndpoint}, an authorization code (section 4.1).
 */
public final class OidcEndpoints {

    private static final int MAX_VALIDITY_SECONDS = 24 * 3_600;

    private record ClientCredentials(String id, String secret) {}

    private final Vertx vertx;
    private final OidcIssuer issuer;
    private final AuthorizationCodes codes;

    public OidcEndpoints(Vertx vertx, OidcIssuer issuer, AuthorizationCodes codes) {
        this.vertx = vertx;
        this.issuer = issuer;
        this.codes = codes;
    }

    /** Adds the endpoints to the router. */
    public void mount(Router router) {
        // Pages of any origin redeem a code; no endpoint reads a cookie.
        router.route("/oidc/*")
                .handler(CorsHandler.create()
                        .addOrigin("*")
                        .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST))
                        .allowedHeaders(Set.of("Authorization", "Content-Type")));
        new AuthorizationEndpoint(issuer.url(), codes).mount(router);
        router.get("/oidc/.well-known/openid-configuration")
                .handler(context -> sendJson(context, 200, discoveryDocument()));
        router.get("/oidc/jwks").handler(context -> sendJson(context, 200, new JsonObject(issuer.jwks())));
        router.post("/oidc/token").handler(this::handleTokenRequest);
    }

    private JsonObject discoveryDocument() {
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

    private void handleTokenRequest(RoutingContext context) {
        MultiMap form = context.request().formAttributes();
        String grant = form.get("grant_type");
        Optional<ClientCredentials> client = readCredentials(context, form);
        Optional<Duration> validity = parseValidity(form);
        if (grant == null) {
            sendError(context, 400, "invalid_request", "grant_type is missing");
        } else if (grant.equals("authorization_code")) {
            redeemCode(context, form, validity);
        } else if (!grant.equals("client_credentials")) {
            sendError(
                    context,
                    400,
                    "unsupported_grant_type",
                    "only client_credentials and authorization_code are supported");
        } else if (client.filter(OidcEndpoints::areValid).isEmpty()) {
            context.response().putHeader("WWW-Authenticate", "Basic realm=\"sandbox\"");
            sendError(context, 401, "invalid_client", "the client id or the secret is wrong");
        } else if (validity.isEmpty()) {
            sendError(context, 400, "invalid_request", "expires_in must be 1 to " + MAX_VALIDITY_SECONDS + " seconds");
        } else {
            String id = client.get().id();
            sendTokens(
                    context,
                    validity.get(),
                    () -> new JsonObject().put("access_token", issuer.accessToken(id, id, validity.get())));
        }
    }

    private void redeemCode(RoutingContext context, MultiMap form, Optional<Duration> validity) {
        if (!form.contains("code")
                || !form.contains("client_id")
                || !form.contains("redirect_uri")
                || !form.contains("code_verifier")
                || validity.isEmpty()) {
            sendError(context, 400, "invalid_request", "code, client_id, redirect_uri and code_verifier are required");
            return;
        }
        codes.redeem(form.get("code"), form.get("client_id"), form.get("redirect_uri"), form.get("code_verifier"))
                .ifPresentOrElse(
                        authorizationGrant -> sendTokens(
                                context, validity.get(), () -> createTokens(authorizationGrant, validity.get())),
                        () -> sendError(
                                context,
                                400,
                                "invalid_grant",
                                "the code is used, expired or does not match the request"));
    }

    private JsonObject createTokens(AuthorizationCodes.AuthorizationGrant authorizationGrant, Duration validity) {
        return new JsonObject()
                .put(
                        "access_token",
                        issuer.accessToken(authorizationGrant.user(), authorizationGrant.clientId(), validity))
                .put("id_token", issuer.idToken(authorizationGrant, validity));
    }

    private void sendTokens(RoutingContext context, Duration validity, Callable<JsonObject> tokens) {
        vertx.executeBlocking(tokens, false)
                .onSuccess(json -> sendJson(
                        context, 200, json.put("token_type", "Bearer").put("expires_in", validity.toSeconds())))
                .onFailure(context::fail);
    }

    /** The secret of a client equals its id. */
    private static boolean areValid(ClientCredentials client) {
        return OidcIssuer.groups(client.id()).isPresent() && client.secret().equals(client.id());
    }

    private static Optional<ClientCredentials> readCredentials(RoutingContext context, MultiMap form) {
        String authorization = context.request().getHeader("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return parseBasic(authorization.substring(6).strip());
        }
        String id = form.get("client_id");
        String secret = form.get("client_secret");
        return id == null || secret == null ? Optional.empty() : Optional.of(new ClientCredentials(id, secret));
    }

    private static Optional<ClientCredentials> parseBasic(String encoded) {
        try {
            var text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(
                            new ClientCredentials(decode(text.substring(0, colon)), decode(text.substring(colon + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Optional<Duration> parseValidity(MultiMap form) {
        String text = form.get("expires_in");
        if (text == null) {
            return Optional.of(Duration.ofHours(1));
        }
        try {
            int seconds = Integer.parseInt(text);
            return seconds < 1 || seconds > MAX_VALIDITY_SECONDS
                    ? Optional.empty()
                    : Optional.of(Duration.ofSeconds(seconds));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void sendError(RoutingContext context, int status, String error, String description) {
        sendJson(context, status, new JsonObject().put("error", error).put("error_description", description));
    }

    private static void sendJson(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.encode());
    }
}
