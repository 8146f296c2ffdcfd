package dev.attachgateway.access.accesskey;

import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Properties of the request signature of an exchange, besides its caller. */
public final class RequestSignature {
    private RequestSignature() {}

    /** Whether the request carries an SDK-HMAC-SHA256 signature; the signature is not verified here. */
    public static boolean hasSignature(RoutingContext exchange) {
        return SignatureAuthentication.hasSignature(exchange.request());
    }

    /**
     * Returns a hash of the request's signature: equal for replays of this request, different for every other request.
     *
     * @return empty when the caller authenticated with a credential that any number of requests may carry
     * @throws NotAuthenticatedException when the exchange is not authenticated
     */
    public static Optional<String> fingerprint(RoutingContext exchange) {
        return Authenticator.authenticatedCaller(exchange).signatureFingerprint();
    }
}
