package dev.attachgateway.access;

import dev.attachgateway.signature.BadSignature;
import dev.attachgateway.signature.SignedRequest;
import dev.attachgateway.signature.Signer;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Requests signed with an access key, as the cloud's own SDK signs them: {@code Authorization: SDK-HMAC-SHA256 …}. */
@Startup
@Singleton
final class Signatures implements Scheme {
    private static final Logger LOG = Logger.getLogger(Signatures.class);

    /** So long whoever overheard a signed read can send it again. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final AccessKeys keys;
    private final Duration accepted;

    Signatures(AccessKeys keys, AccessConfig config) {
        this.keys = keys;
        this.accepted = accepted(config);
    }

    static Duration accepted(AccessConfig config) {
        Duration accepted = config.signatureAccepted();
        if (!accepted.isPositive() || accepted.compareTo(LONGEST) > 0) {
            throw new ConfigurationException(
                    "access.signature-accepted has to be longer than nothing, and an hour at most.");
        }
        return accepted;
    }

    /** Whether an {@code Authorization} is of this scheme. */
    static boolean isSignature(String authorization) {
        int length = Signer.ALGORITHM.length();
        return authorization.regionMatches(true, 0, Signer.ALGORITHM, 0, length)
                && (authorization.length() == length || Character.isWhitespace(authorization.charAt(length)));
    }

    static boolean isClaimedBy(HttpServerRequest request) {
        return request.headers().getAll("Authorization").stream().anyMatch(Signatures::isSignature);
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return isClaimedBy(request);
    }

    @Override
    public Uni<Authenticated> authenticate(RoutingContext exchange) {
        return Uni.createFrom().deferred(() -> {
            HttpServerRequest request = exchange.request();
            if (request.headers().getAll("Authorization").size() > 1) {
                throw new CredentialsDisagree();
            }
            Bounds.check(request.uri(), request.headers());
            SignedRequest signed = read(request);
            Instant now = Instant.now();
            AccessKey key = keys.find(signed.accessKey())
                    .filter(found -> !found.isOver(now))
                    .orElseThrow(() -> refused(signed.accessKey(), "unknown or out of date"));
            if (!signed.isDatedWithin(accepted, now)) {
                throw NotAuthenticated.badSignature("X-Sdk-Date is further from the gateway's clock than is accepted.");
            }
            return EarlyBody.of(exchange).map(body -> verified(signed, key, body));
        });
    }

    private static SignedRequest read(HttpServerRequest request) {
        List<Map.Entry<String, String>> headers =
                new ArrayList<>(request.headers().entries());
        String authority = request.headers().contains("Host") ? null : request.host();
        if (authority != null) {
            // HTTP/2 has it in a place of its own (RFC 9113, section 8.3.1).
            headers.add(Map.entry("Host", authority));
        }
        try {
            return new SignedRequest(request.method().name(), request.uri(), headers);
        } catch (BadSignature e) {
            throw NotAuthenticated.badSignature(e.getMessage());
        }
    }

    private Authenticated verified(SignedRequest signed, AccessKey key, Buffer body) {
        if (!signed.isSignedWith(key.secret(), body.getBytes())) {
            throw refused(key.name(), "not signed with it");
        }
        Instant until = signed.date().plus(accepted);
        return new Authenticated(
                key.caller(),
                key.notAfter().filter(end -> end.isBefore(until)).orElse(until),
                Optional.of(keys.revocable(key)),
                Optional.of(signed.fingerprint()));
    }

    /** A stranger is not told which keys there are. */
    private static NotAuthenticated refused(String key, String why) {
        LOG.debugf("Signature refused key=%s reason=%s", key, why);
        return NotAuthenticated.badSignature(
                "No such access key counts, or it did not sign this method, address, headers and body.");
    }
}
