package dev.attachgateway.access;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.ConfigProvider;

/** Signs tokens of a test issuer, and forges tokens in its name. */
public final class Tokens {
    private static final int KEY_PAIR_COUNT = 8;
    private static final Map<Integer, KeyPair> KEY_PAIRS = new ConcurrentHashMap<>();
    private static final Map<String, Tokens> STANDING = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final String name;
    private final Path published;
    private final KeyPair keys = nextKeyPair();
    private String kid = UUID.randomUUID().toString();

    public Tokens(String name) {
        this(name, Path.of(setting("test.issuer.folder"), name));
    }

    public Tokens(String name, Path published) {
        this.name = name;
        this.published = published;
        publish();
    }

    /**
     * An issuer that keeps its key from test to test, so that the gateway has cached it after the first: it fetches the keys
     * of an issuer ten times a second at most.
     */
    public static Tokens standing(String name) {
        var standing = STANDING.computeIfAbsent(name, Tokens::new);
        standing.publish();
        return standing;
    }

    public static String setting(String key) {
        return ConfigProvider.getConfig().getValue(key, String.class);
    }

    public static String bearer(String token) {
        return "Bearer " + token;
    }

    /** Publishes this issuer's key, and no other, where the gateway fetches it. */
    public void publish() {
        var jwks = "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"AQAB\"}]}"
                .formatted(
                        kid,
                        base64(unsigned(
                                ((RSAPublicKey) keys.getPublic()).getModulus().toByteArray())));
        try {
            Files.writeString(published, jwks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes fetching the issuer's keys fail. */
    public void vanish() {
        try {
            Files.delete(published);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often the keys were fetched. */
    public long fetches() throws IOException {
        return Files.size(Path.of(setting("test.issuer.folder"), name + ".asked"));
    }

    public void rename(String newKid) {
        kid = newKid;
    }

    public JwtClaimsBuilder claims(String subject, String... groups) {
        return Jwt.claims()
                .issuer(setting("access.issuers." + name + ".url"))
                .subject(subject)
                .audience("attach-gateway")
                .groups(Set.of(groups))
                .expiresAt(Instant.now().plusSeconds(60));
    }

    public String sign(JwtClaimsBuilder claims) {
        return sign(claims, SignatureAlgorithm.RS256);
    }

    public String sign(JwtClaimsBuilder claims, SignatureAlgorithm algorithm) {
        return claims.jws().keyId(kid).algorithm(algorithm).sign(keys.getPrivate());
    }

    /** A token in another issuer's name, with the other issuer's key id, signed with this issuer's key. */
    String signAs(Tokens other, String subject) {
        return other.claims(subject)
                .audience("second-audience")
                .jws()
                .keyId(other.kid)
                .algorithm(SignatureAlgorithm.RS256)
                .sign(keys.getPrivate());
    }

    public String of(String subject, String... groups) {
        return sign(claims(subject, groups));
    }

    /** A validly signed token whose subject has this JSON form, escapes included. */
    public String ofEscaped(String subject) {
        String[] parts = of("SUBJECT", "attachers").split("\\.", -1);
        var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String signed =
                parts[0] + "." + base64(claims.replace("SUBJECT", subject).getBytes(StandardCharsets.US_ASCII));
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token with genuine claims, a custom header and a custom signature. */
    public String forged(String headerJson, UnaryOperator<byte[]> signer) {
        String genuine = of("attacher", "attachers");
        String claims = genuine.substring(genuine.indexOf('.'), genuine.lastIndexOf('.'));
        String signed = base64(headerJson.replace("KID", kid).getBytes(StandardCharsets.UTF_8)) + claims;
        return signed + "." + base64(signer.apply(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A token with genuine claims, signed with the public key as an HMAC secret. */
    public String forgedWithPublicKey() {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
            return forged("{\"alg\":\"HS256\",\"kid\":\"KID\"}", mac::doFinal);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] unsigned(byte[] number) {
        return number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number;
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A key pair that none of the last issuers had; pairs are reused, since generating one takes a second. */
    private static KeyPair nextKeyPair() {
        return KEY_PAIRS.computeIfAbsent(NEXT.getAndIncrement() % KEY_PAIR_COUNT, _ -> newKeyPair());
    }

    private static KeyPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
