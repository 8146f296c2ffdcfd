package dev.attachgateway.access.accesskey;

import io.vertx.ext.web.RoutingContext;

/** The request signature of an exchange. */
public final class RequestSignature {
    private RequestSignature() {}

    /** Whether the request carries an SDK-HMAC-SHA256 signature; the signature is not verified here. */
    public static boolean hasSignature(RoutingContext exchange) {
        return SignatureAuthentication.hasSignature(exchange.request());
    }
}
