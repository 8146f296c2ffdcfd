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

/** An OIDC issuer for clients and for users who log in; its key is stored, so its tokens survive a restart. */
public final class OidcIssuer {

    private static final Map<String, List<String>> GROUPS_BY_NAME = Map.of(
            "attacher", List.of("attachers"),
            "viewer", List.of("viewers"),
            "operator", List.of("operators"),
            "stranger", List.of());

    private static final Pattern TEAM_PATTERN = Pattern.compile("team-[1-9][0-9]?");

    private final String url;
    private final PublicJsonWebKey key;

    /**
     * @param url value of the {@code iss} claim
     */
    public OidcIssuer(SandboxDirectory sandboxDirectory, String url) {
        this.url = url;
        try {
            this.key = PublicJsonWebKey.Factory.newPublicJwk(
                    sandboxDirectory.loadOrCreateSecret("issuer.jwk", OidcIssuer::generateKey));
        } catch (JoseException e) {
            throw new IllegalStateException("The sandbox's issuer key cannot be read", e);
        }
    }

    private static String generateKey() {
        try {
            PublicJsonWebKey newKey = RsaJwkGenerator.generateJwk(2048);
            newKey.setKeyId(newKey.calculateBase64urlEncodedThumbprint("SHA-256"));
            newKey.setUse("sig");
            newKey.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
            return newKey.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE);
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

    /** Returns the groups of a client; empty for an unknown client. */
    static Optional<List<String>> groups(String client) {
        return TEAM_PATTERN.matcher(client).matches()
                ? Optional.of(List.of("attachers"))
                : Optional.ofNullable(GROUPS_BY_NAME.get(client));
    }

    /**
     * Returns a signed access token.
     *
     * @param subject value of the {@code sub} claim
     * @param client that requested it, the {@code azp} claim
     */
    String accessToken(String subject, String client, Duration validity) {
        JwtClaims claims = claims(subject, client, "attach-gateway", validity);
        claims.setStringListClaim("groups", groups(subject).orElse(List.of()));
        return sign(claims);
    }

    /** Returns a signed ID token (OpenID Connect Core, section 2). */
    String idToken(AuthorizationCodes.AuthorizationGrant grant, Duration validity) {
        JwtClaims claims = claims(grant.user(), grant.clientId(), grant.clientId(), validity);
        claims.setStringListClaim("groups", groups(grant.user()).orElse(List.of()));
        if (grant.nonce() != null) {
            claims.setStringClaim("nonce", grant.nonce());
        }
        return sign(claims);
    }

    private JwtClaims claims(String subject, String client, String audience, Duration validity) {
        var claims = new JwtClaims();
        claims.setIssuer(url);
        claims.setAudience(audience);
        claims.setSubject(subject);
        claims.setStringClaim("azp", client);
        var now = NumericDate.now();
        claims.setIssuedAt(now);
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + validity.toSeconds()));
        claims.setJwtId(SandboxIds.randomUuid());
        return claims;
    }

    private String sign(JwtClaims claims) {
        var signature = new JsonWebSignature();
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
