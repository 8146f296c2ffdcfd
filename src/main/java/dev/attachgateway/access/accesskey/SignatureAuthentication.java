package dev.attachgateway.access.accesskey;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthenticationMechanism;
import dev.attachgateway.access.authentication.ConflictingCredentialsException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.request.RequestLimits;
import dev.attachgateway.signature.InvalidSignatureException;
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
public final class SignatureAuthentication implements AuthenticationMechanism {
    private static final Logger LOG = Logger.getLogger(SignatureAuthentication.class);

    /** So long whoever overheard a signed read can send it again. */
    private static final Duration MAX_AGE_LIMIT = Duration.ofHours(1);

    private final AccessKeys keys;
    private final Duration maxAge;

    SignatureAuthentication(AccessKeys keys, AccessKeyConfig config) {
        this.keys = keys;
        this.maxAge = validatedMaxAge(config);
    }

    public static Duration validatedMaxAge(AccessKeyConfig config) {
        Duration accepted = config.signatureMaxAge();
        if (!accepted.isPositive() || accepted.compareTo(MAX_AGE_LIMIT) > 0) {
            throw new ConfigurationException(
                    "access.signature-max-age has to be longer than nothing, and an hour at most.");
        }
        return accepted;
    }

    static boolean hasSignature(HttpServerRequest request) {
        return request.headers().getAll("Authorization").stream().anyMatch(Signer::isSignature);
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return hasSignature(request);
    }

    @Override
    public Uni<AuthenticatedCaller> authenticate(RoutingContext exchange) {
        return Uni.createFrom().deferred(() -> {
            HttpServerRequest request = exchange.request();
            if (request.headers().getAll("Authorization").size() > 1) {
                throw new ConflictingCredentialsException();
            }
            RequestLimits.check(request.uri(), request.headers());
            SignedRequest signed = parse(request);
            Instant now = Instant.now();
            AccessKey key = keys.find(signed.accessKeyId())
                    .filter(found -> !found.isExpired(now))
                    .orElseThrow(() -> refused(signed.accessKeyId(), "unknown or out of date"));
            if (!signed.isDatedWithin(maxAge, now)) {
                throw NotAuthenticatedException.invalidSignature(
                        "X-Sdk-Date is further from the gateway's clock than is accepted.");
            }
            return RequestBodyReader.readBody(exchange).map(body -> verify(signed, key, body));
        });
    }

    private static SignedRequest parse(HttpServerRequest request) {
        List<Map.Entry<String, String>> headers =
                new ArrayList<>(request.headers().entries());
        String authority = request.headers().contains("Host") ? null : request.host();
        if (authority != null) {
            // HTTP/2 has it in a place of its own (RFC 9113, section 8.3.1).
            headers.add(Map.entry("Host", authority));
        }
        try {
            return new SignedRequest(request.method().name(), request.uri(), headers);
        } catch (InvalidSignatureException e) {
            throw NotAuthenticatedException.invalidSignature(e.getMessage());
        }
    }

    private AuthenticatedCaller verify(SignedRequest signed, AccessKey key, Buffer body) {
        if (!signed.isSignedWith(key.secretKey(), body.getBytes())) {
            throw refused(key.id(), "not signed with it");
        }
        Instant until = signed.date().plus(maxAge);
        return new AuthenticatedCaller(
                key.caller(),
                key.notAfter().filter(end -> end.isBefore(until)).orElse(until),
                Optional.of(keys.revocationHandle(key)),
                Optional.of(signed.fingerprint()));
    }

    /** A stranger is not told which keys there are. */
    private static NotAuthenticatedException refused(String key, String why) {
        LOG.debugf("Signature refused key=%s reason=%s", key, why);
        return NotAuthenticatedException.invalidSignature(
                "No such access key counts, or it did not sign this method, address, headers and body.");
    }
}
