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

/** Authorization codes (RFC 6749, section 4.1): each is good for a minute and for one showing, and gone with the process. */
public final class AuthorizationCodes {
    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final int MOST = 1_000;

    private final InstantSource clock;
    private final Map<String, Kept> kept = new LinkedHashMap<>();

    private record Kept(Agreement agreement, Instant until) {}

    /**
     * What a user has agreed to.
     *
     * @param challenge SHA-256 of the verifier, in base64url (RFC 7636, section 4.2)
     * @param nonce for the ID token; null when none was sent
     */
    record Agreement(
            String clientId,
            String redirectUri,
            String challenge,
            @Nullable String nonce,
            String user) {}

    public AuthorizationCodes(InstantSource clock) {
        this.clock = clock;
    }

    synchronized String issue(Agreement agreement) {
        String code = SandboxIds.freshHex();
        kept.put(code, new Kept(agreement, clock.instant().plus(LIFE)));
        if (kept.size() > MOST) {
            kept.remove(kept.keySet().iterator().next());
        }
        return code;
    }

    /** What a code stands for; it is used up by that, also when the rest does not fit. */
    synchronized Optional<Agreement> redeem(String code, String clientId, String redirectUri, String verifier) {
        return Optional.ofNullable(kept.remove(code))
                .filter(each -> clock.instant().isBefore(each.until()))
                .map(Kept::agreement)
                .filter(each -> each.clientId().equals(clientId)
                        && each.redirectUri().equals(redirectUri)
                        && SealedTokens.sameText(each.challenge(), challenge(verifier)));
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
