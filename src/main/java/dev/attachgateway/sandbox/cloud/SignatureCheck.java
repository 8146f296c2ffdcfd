package dev.attachgateway.sandbox.cloud;

import io.vertx.core.buffer.Buffer;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies SDK-HMAC-SHA256 signatures, Huawei Cloud API signing guide, "AK/SK signing and authentication algorithm".
 *
 * <p>Deliberately shares no code with the gateway's signer, so that the same mistake cannot be in both.
 */
record SignatureCheck(String accessKey, String secretKey) {

    private static final Pattern AUTHORIZATION_FORMAT =
            Pattern.compile("SDK-HMAC-SHA256 Access=([^,\\s]+), ?SignedHeaders=([^,\\s]+), ?Signature=([0-9a-f]{64})");

    private static final DateTimeFormatter DATE_FORMAT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /**
     * Whether a request is signed with this key and its date is within the tolerance of now.
     *
     * @param path as sent, percent-encoded
     * @param query as sent, without the question mark
     */
    boolean accepts(
            String method,
            String path,
            String query,
            Function<String, @Nullable String> headers,
            Buffer body,
            Instant now,
            Duration tolerance) {
        String authorization = headers.apply("Authorization");
        Matcher matcher = AUTHORIZATION_FORMAT.matcher(authorization == null ? "" : authorization);
        if (!matcher.matches() || !matcher.group(1).equals(accessKey)) {
            return false;
        }
        String[] signedHeaders = matcher.group(2).split(";", -1);
        String date = headers.apply("X-Sdk-Date");
        if (date == null
                || !Arrays.asList(signedHeaders).contains("x-sdk-date")
                || !isWithinTolerance(date, now, tolerance)) {
            return false;
        }
        String content = headers.apply("X-Sdk-Content-Sha256");
        var canonical = String.join(
                "\n",
                method,
                canonicalPath(path),
                canonicalQuery(query),
                canonicalHeaders(signedHeaders, headers),
                matcher.group(2),
                "UNSIGNED-PAYLOAD".equals(content) ? content : sha256(body.getBytes()));
        String expected = hmac("SDK-HMAC-SHA256\n" + date + "\n" + sha256(utf8(canonical)));
        return SealedTokens.constantTimeEquals(expected, matcher.group(3));
    }

    private static boolean isWithinTolerance(String date, Instant now, Duration tolerance) {
        try {
            Duration difference = Duration.between(DATE_FORMAT.parse(date, Instant::from), now)
                    .abs();
            return difference.compareTo(tolerance) <= 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String canonicalPath(String path) {
        String encoded = Arrays.stream(path.split("/"))
                .map(segment -> encode(decode(segment)))
                .collect(Collectors.joining("/"));
        return encoded + "/"; // signed with a trailing slash although sent without one
    }

    private static String canonicalQuery(String query) {
        return Arrays.stream(query.split("&"))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .map(pair -> encode(decode(pair[0])) + "\n" + (pair.length == 2 ? encode(decode(pair[1])) : ""))
                .sorted() // by name and then by value: a line feed sorts before every character of a name
                .map(pair -> pair.replace('\n', '='))
                .collect(Collectors.joining("&"));
    }

    private static String canonicalHeaders(String[] signedHeaders, Function<String, @Nullable String> headers) {
        TreeMap<String, String> sorted = new TreeMap<>();
        for (String name : signedHeaders) {
            String value = headers.apply(name);
            sorted.put(name.toLowerCase(Locale.ROOT), value == null ? "" : value.strip());
        }
        return sorted.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private String hmac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(utf8(secretKey), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(utf8(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
