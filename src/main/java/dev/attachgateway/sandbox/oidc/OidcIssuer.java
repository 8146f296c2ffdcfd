package dev.attachgateway.sandbox.oidc;

import dev.attachgateway.sandbox.http.SandboxIds;
import dev.attachgateway.sandbox.state.SandboxDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** An OIDC issuer for clients and for users who log in; its key is kept, so its tokens outlive the process. */
public final class OidcIssuer {

    private static final Map<String, List<String>> GROUPS = Map.of(
            "attacher", List.of("attachers"),
            "viewer", List.of("viewers"),
            "operator", List.of("operators"),
            "stranger", List.of());

    private static final Pattern TEAM = Pattern.compile("team-[1-9][0-9]?");

    private final String url;
    private final PublicJsonWebKey key;

    /**
     * @param url what tokens name as their issuer
     */
    public OidcIssuer(SandboxDirectory sandboxDirectory, String url) {
        this.url = url;
        try {
            this.key =
                    PublicJsonWebKey.Factory.newPublicJwk(sandboxDirectory.secret("issuer.jwk", OidcIssuer::freshKey));
        } catch (JoseException e) {
            throw new IllegalStateException("The sandbox's issuer key cannot be read", e);
        }
    }

    private static String freshKey() {
        try {
            PublicJsonWebKey fresh = RsaJwkGenerator.generateJwk(2048);
            fresh.setKeyId(fresh.calculateBase64urlEncodedThumbprint("SHA-256"));
            fresh.setUse("sig");
            fresh.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
            return fresh.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return url;
    }

    String jwks() {
        return new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    /** The groups of a client; empty when there is no such client. */
    static Optional<List<String>> groups(String client) {
        return TEAM.matcher(client).matches()
                ? Optional.of(List.of("attachers"))
                : Optional.ofNullable(GROUPS.get(client));
    }

    /**
     * A signed access token.
     *
     * @param subject whom it speaks for
     * @param client which asked for it
     */
    String token(String subject, String client, Duration validity) {
        JwtClaims claims = claims(subject, client, "attach-gateway", validity);
        claims.setStringListClaim("groups", groups(subject).orElse(List.of()));
        return signed(claims);
    }

    /** Tells the client who has logged in (OpenID Connect Core, section 2). */
    String idToken(AuthorizationCodes.Agreement agreed, Duration validity) {
        JwtClaims claims = claims(agreed.user(), agreed.clientId(), agreed.clientId(), validity);
        claims.setStringListClaim("groups", groups(agreed.user()).orElse(List.of()));
        if (agreed.nonce() != null) {
            claims.setStringClaim("nonce", agreed.nonce());
        }
        return signed(claims);
    }

    private JwtClaims claims(String subject, String client, String audience, Duration validity) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(url);
        claims.setAudience(audience);
        claims.setSubject(subject);
        claims.setStringClaim("azp", client);
        NumericDate now = NumericDate.now();
        claims.setIssuedAt(now);
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + validity.toSeconds()));
        claims.setJwtId(SandboxIds.fresh());
        return claims;
    }

    private String signed(JwtClaims claims) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setHeader("typ", "JWT");
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
