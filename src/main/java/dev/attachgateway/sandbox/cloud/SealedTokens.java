package dev.attachgateway.sandbox.cloud;

import dev.attachgateway.sandbox.http.SandboxIds;
import dev.attachgateway.sandbox.state.SandboxDirectory;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** IAM tokens that contain their project and expiry under an HMAC, so that they survive a restart. */
public final class SealedTokens {

    /** Content of a token. */
    record Token(String projectId, Instant expiresAt) {}

    private final byte[] key;

    public SealedTokens(SandboxDirectory sandboxDirectory) {
        this.key = sandboxDirectory
                .loadOrCreateSecret("token.key", () -> SandboxIds.randomHex() + SandboxIds.randomHex())
                .getBytes(StandardCharsets.UTF_8);
    }

    String issue(String projectId, Instant expiresAt) {
        String content = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(new JsonObject()
                        .put("project_id", projectId)
                        .put("expires_at", expiresAt.toString())
                        .put("nonce", SandboxIds.randomHex())
                        .toBuffer()
                        .getBytes());
        return content + "." + seal(content);
    }

    /** Returns the content of a token, also of an expired one; empty when it was not issued by this sandbox. */
    Optional<Token> verify(String token) {
        int dot = token.lastIndexOf('.');
        if (dot < 0 || !constantTimeEquals(seal(token.substring(0, dot)), token.substring(dot + 1))) {
            return Optional.empty();
        }
        byte[] content = Base64.getUrlDecoder().decode(token.substring(0, dot));
        var json = new JsonObject(new String(content, StandardCharsets.UTF_8));
        return Optional.of(new Token(json.getString("project_id"), json.getInstant("expires_at")));
    }

    private String seal(String content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares two strings in constant time. */
    public static boolean constantTimeEquals(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
