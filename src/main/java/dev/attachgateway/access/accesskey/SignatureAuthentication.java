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

/** Authentication by access key signatures in the format of Huawei Cloud's SDK: {@code Authorization: SDK-HMAC-SHA256 …}. */
@Startup
@Singleton
public final class SignatureAuthentication implements AuthenticationMechanism {
    private static final Logger LOG = Logger.getLogger(SignatureAuthentication.class);

    /** The maximum age is also the period in which an intercepted signed read can be replayed. */
    private static final Duration MAX_AGE_LIMIT = Duration.ofHours(1);

    private final AccessKeys keys;
    private final Duration maxAge;

    SignatureAuthentication(AccessKeys keys, AccessKeyConfig config) {
        this.keys = keys;
        this.maxAge = validatedMaxAge(config);
    }

    /** The configured maximum age of a signature; throws {@link ConfigurationException} unless above 0 and at most 1 hour. */
    public static Duration validatedMaxAge(AccessKeyConfig config) {
        Duration maxAge = config.signatureMaxAge();
        if (!maxAge.isPositive() || maxAge.compareTo(MAX_AGE_LIMIT) > 0) {
            throw new ConfigurationException("access.signature-max-age must be greater than 0 and at most 1 hour.");
        }
        return maxAge;
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
                    .filter(candidate -> !candidate.isExpired(now))
                    .orElseThrow(() -> rejected(signed.accessKeyId(), "unknown or expired"));
            if (!signed.isDatedWithin(maxAge, now)) {
                throw NotAuthenticatedException.invalidSignature(
                        "X-Sdk-Date differs too much from the gateway's clock.");
            }
            return RequestBodyReader.readBody(exchange).map(body -> verify(signed, key, body));
        });
    }

    private static SignedRequest parse(HttpServerRequest request) {
        List<Map.Entry<String, String>> headers =
                new ArrayList<>(request.headers().entries());
        String authority = request.headers().contains("Host") ? null : request.host();
        if (authority != null) {
            // HTTP/2 sends the host in the :authority pseudo-header (RFC 9113, section 8.3.1).
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
            throw rejected(key.id(), "the signature does not match");
        }
        Instant expiresAt = signed.date().plus(maxAge);
        return new AuthenticatedCaller(
                key.caller(),
                key.notAfter().filter(end -> end.isBefore(expiresAt)).orElse(expiresAt),
                Optional.of(keys.revocationHandle(key)),
                Optional.of(signed.fingerprint()));
    }

    /** Unknown keys and wrong signatures give the same response, so that callers cannot probe for existing keys. */
    private static NotAuthenticatedException rejected(String keyId, String reason) {
        LOG.debugf("Signature rejected key=%s reason=%s", keyId, reason);
        return NotAuthenticatedException.invalidSignature(
                "The access key is not valid, or the signature does not match this method, URL, headers and body.");
    }
}
