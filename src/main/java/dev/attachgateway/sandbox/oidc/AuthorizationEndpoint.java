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
 * Where a browser logs in: the authorization endpoint of RFC 6749, section 4.1, with PKCE (RFC 7636), for one public client.
 * Nobody has a password here; one chooses who to be.
 */
final class AuthorizationEndpoint {
    /** The client that pages and programs of the same machine use; it has no secret, since they could not keep one. */
    static final String CLIENT = "console";

    static final String PATH = "/oidc/authorize";

    /** Programs on this machine, on any port (RFC 8252, section 7.3). */
    private static final Pattern REDIRECT =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?(/[^#\\s]*)?");

    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int LONGEST = 2_048;
    private static final List<String> USERS = List.of("attacher", "viewer", "operator", "stranger", "team-1", "team-2");
    private static final List<String> KEPT = List.of(
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method");

    private final String issuer;
    private final AuthorizationCodes codes;

    AuthorizationEndpoint(String issuer, AuthorizationCodes codes) {
        this.issuer = issuer;
        this.codes = codes;
    }

    void mount(Router router) {
        router.get(PATH).handler(context -> {
            if (isAsked(context, context.queryParams())) {
                page(context);
            }
        });
        router.post(PATH).handler(context -> {
            MultiMap form = context.request().formAttributes();
            if (isAsked(context, form)) {
                agree(context, form);
            }
        });
    }

    /** Answers what is wrong: nobody is sent to an address that is not known to be the client's. */
    private boolean isAsked(RoutingContext context, MultiMap asked) {
        String redirect = asked.get("redirect_uri");
        if (!CLIENT.equals(asked.get("client_id"))) {
            html(context, 400, "<p>The client is not known: client_id has to be " + CLIENT + ".");
        } else if (redirect == null
                || redirect.length() > LONGEST
                || !REDIRECT.matcher(redirect).matches()) {
            html(context, 400, "<p>redirect_uri has to be an address of this machine, such as http://localhost:3000/.");
        } else if (!"code".equals(asked.get("response_type"))) {
            back(context, asked, "error", "unsupported_response_type");
        } else if (!"S256".equals(asked.get("code_challenge_method"))
                || !CHALLENGE
                        .matcher(
                                Optional.ofNullable(asked.get("code_challenge")).orElse(""))
                        .matches()) {
            back(context, asked, "error", "invalid_request");
        } else {
            return true;
        }
        return false;
    }

    private static void page(RoutingContext context) {
        String hidden = KEPT.stream()
                .filter(context.queryParams()::contains)
                .map(name -> "<input type=hidden name=" + name + " value=\""
                        + escaped(context.queryParams().get(name)) + "\">")
                .collect(Collectors.joining());
        String buttons = USERS.stream()
                .map(user -> "<p><button name=user value=" + user + ">" + user + "</button>")
                .collect(Collectors.joining());
        html(context, 200, "<p>Log in to the practice cloud as<form method=post>" + hidden + buttons + "</form>");
    }

    private void agree(RoutingContext context, MultiMap form) {
        String user = form.get("user");
        if (user == null || OidcIssuer.groups(user).isEmpty()) {
            back(context, form, "error", "access_denied");
            return;
        }
        back(
                context,
                form,
                "code",
                codes.issue(new AuthorizationCodes.Agreement(
                        CLIENT, form.get("redirect_uri"), form.get("code_challenge"), form.get("nonce"), user)));
    }

    /** With the issuer's name, so that a client of several does not take the one for the other (RFC 9207). */
    private void back(RoutingContext context, MultiMap asked, String name, String value) {
        String redirect = asked.get("redirect_uri");
        StringBuilder address = new StringBuilder(redirect);
        address.append(redirect.contains("?") ? '&' : '?').append(parameter(name, value));
        if (asked.contains("state")) {
            address.append('&').append(parameter("state", asked.get("state")));
        }
        address.append('&').append(parameter("iss", issuer));
        context.response()
                .setStatusCode(303)
                .putHeader("Location", address.toString())
                .putHeader("Cache-Control", "no-store")
                .putHeader("Referrer-Policy", "no-referrer")
                .end();
    }

    private static String parameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static void html(RoutingContext context, int status, String body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("Referrer-Policy", "no-referrer")
                .end("<!doctype html><meta charset=utf-8><title>Practice cloud</title>" + body);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
