package dev.attachgateway.sandbox.oidc;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Authorization endpoint (RFC 6749, section 4.1) with PKCE (RFC 7636) for one public client. Users have no password;
 * the login page offers a choice of users.
 */
final class AuthorizationEndpoint {
    /** The public client of pages and programs on the same machine; it has no secret, since they could not keep one. */
    static final String CLIENT_ID = "console";

    static final String PATH = "/oidc/authorize";

    /** Programs on this machine, on any port (RFC 8252, section 7.3). */
    private static final Pattern REDIRECT_URI_PATTERN =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?(/[^#\\s]*)?");

    private static final Pattern CODE_CHALLENGE_PATTERN = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int MAX_REDIRECT_URI_LENGTH = 2_048;
    private static final List<String> USERS = List.of("attacher", "viewer", "operator", "stranger", "team-1", "team-2");
    private static final List<String> FORWARDED_PARAMETERS = List.of(
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method");

    private final String issuerUrl;
    private final AuthorizationCodes codes;

    AuthorizationEndpoint(String issuer, AuthorizationCodes codes) {
        this.issuerUrl = issuer;
        this.codes = codes;
    }

    void mount(Router router) {
        router.get(PATH).handler(context -> {
            if (validateRequest(context, context.queryParams())) {
                sendLoginPage(context);
            }
        });
        router.post(PATH).handler(context -> {
            MultiMap form = context.request().formAttributes();
            if (validateRequest(context, form)) {
                issueCode(context, form);
            }
        });
    }

    /** Validates a request and sends the error response; redirects only to a URI that is valid for the client. */
    private boolean validateRequest(RoutingContext context, MultiMap parameters) {
        String redirectUri = parameters.get("redirect_uri");
        if (!CLIENT_ID.equals(parameters.get("client_id"))) {
            sendHtml(context, 400, "<p>Unknown client: client_id must be " + CLIENT_ID + ".");
        } else if (redirectUri == null
                || redirectUri.length() > MAX_REDIRECT_URI_LENGTH
                || !REDIRECT_URI_PATTERN.matcher(redirectUri).matches()) {
            sendHtml(context, 400, "<p>redirect_uri must be a URI of this machine, such as http://localhost:3000/.");
        } else if (!"code".equals(parameters.get("response_type"))) {
            redirectToClient(context, parameters, "error", "unsupported_response_type");
        } else if (!"S256".equals(parameters.get("code_challenge_method"))
                || !CODE_CHALLENGE_PATTERN
                        .matcher(Optional.ofNullable(parameters.get("code_challenge"))
                                .orElse(""))
                        .matches()) {
            redirectToClient(context, parameters, "error", "invalid_request");
        } else {
            return true;
        }
        return false;
    }

    private static void sendLoginPage(RoutingContext context) {
        String hidden = FORWARDED_PARAMETERS.stream()
                .filter(context.queryParams()::contains)
                .map(name -> "<input type=hidden name=" + name + " value=\""
                        + escapeHtml(context.queryParams().get(name)) + "\">")
                .collect(Collectors.joining());
        String buttons = USERS.stream()
                .map(user -> "<p><button name=user value=" + user + ">" + user + "</button>")
                .collect(Collectors.joining());
        sendHtml(context, 200, "<p>Log in to the sandbox as<form method=post>" + hidden + buttons + "</form>");
    }

    private void issueCode(RoutingContext context, MultiMap form) {
        String user = form.get("user");
        if (user == null || OidcIssuer.groups(user).isEmpty()) {
            redirectToClient(context, form, "error", "access_denied");
            return;
        }
        redirectToClient(
                context,
                form,
                "code",
                codes.issue(new AuthorizationCodes.AuthorizationGrant(
                        CLIENT_ID, form.get("redirect_uri"), form.get("code_challenge"), form.get("nonce"), user)));
    }

    /** Redirects with the issuer's URL, so that a client of several issuers can tell them apart (RFC 9207). */
    private void redirectToClient(RoutingContext context, MultiMap parameters, String name, String value) {
        String redirectUri = parameters.get("redirect_uri");
        var location = new StringBuilder(redirectUri);
        location.append(redirectUri.contains("?") ? '&' : '?').append(encodeParameter(name, value));
        if (parameters.contains("state")) {
            location.append('&').append(encodeParameter("state", parameters.get("state")));
        }
        location.append('&').append(encodeParameter("iss", issuerUrl));
        context.response()
                .setStatusCode(303)
                .putHeader("Location", location.toString())
                .putHeader("Cache-Control", "no-store")
                .putHeader("Referrer-Policy", "no-referrer")
                .end();
    }

    private static String encodeParameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static void sendHtml(RoutingContext context, int status, String body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("Referrer-Policy", "no-referrer")
                .end("<!doctype html><meta charset=utf-8><title>Sandbox</title>" + body);
    }

    private static String escapeHtml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
