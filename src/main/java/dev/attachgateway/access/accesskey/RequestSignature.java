package dev.attachgateway.access.accesskey;

import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** What a signature with an access key says of an exchange, apart from who is calling. */
public final class RequestSignature {
    private RequestSignature() {}

    /** Whether the request says it is signed, as the cloud's own SDK signs; nothing is verified. */
    public static boolean hasSignature(RoutingContext exchange) {
        return SignatureAuthentication.hasSignature(exchange.request());
    }

    /**
     * What tells this request of all others but its own repetitions: a hash of its signature.
     *
     * @return empty for whoever came with a credential that any number of requests carry
     * @throws NotAuthenticatedException when nobody was let in
     */
    public static Optional<String> fingerprint(RoutingContext exchange) {
        return Authenticator.authenticatedCaller(exchange).signatureFingerprint();
    }
}
