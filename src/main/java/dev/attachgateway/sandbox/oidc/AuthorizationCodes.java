package dev.attachgateway.sandbox.oidc;

import dev.attachgateway.sandbox.cloud.SealedTokens;
import dev.attachgateway.sandbox.http.SandboxIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Authorization codes (RFC 6749, section 4.1): each is valid for one minute and one use, and lost on a restart. */
public final class AuthorizationCodes {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final int MAX_CODES = 1_000;

    private final InstantSource clock;
    private final Map<String, StoredCode> storedCodes = new LinkedHashMap<>();

    private record StoredCode(AuthorizationGrant grant, Instant expiresAt) {}

    /**
     * The authorization that a code stands for.
     *
     * @param codeChallenge SHA-256 of the verifier, in base64url (RFC 7636, section 4.2)
     * @param nonce for the ID token; null without one in the request
     */
    record AuthorizationGrant(
            String clientId,
            String redirectUri,
            String codeChallenge,
            @Nullable String nonce,
            String user) {}

    public AuthorizationCodes(InstantSource clock) {
        this.clock = clock;
    }

    synchronized String issue(AuthorizationGrant grant) {
        String code = SandboxIds.randomHex();
        storedCodes.put(code, new StoredCode(grant, clock.instant().plus(TTL)));
        if (storedCodes.size() > MAX_CODES) {
            storedCodes.remove(storedCodes.keySet().iterator().next());
        }
        return code;
    }

    /** Redeems a code; it is used up even when the other parameters do not match. */
    synchronized Optional<AuthorizationGrant> redeem(
            String code, String clientId, String redirectUri, String verifier) {
        return Optional.ofNullable(storedCodes.remove(code))
                .filter(stored -> clock.instant().isBefore(stored.expiresAt()))
                .map(StoredCode::grant)
                .filter(grant -> grant.clientId().equals(clientId)
                        && grant.redirectUri().equals(redirectUri)
                        && SealedTokens.constantTimeEquals(grant.codeChallenge(), s256Challenge(verifier)));
    }

    private static String s256Challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available.", e);
        }
    }
}
