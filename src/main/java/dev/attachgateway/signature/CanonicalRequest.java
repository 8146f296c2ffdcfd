package dev.attachgateway.signature;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The canonical form of a request, which client and server hash (Huawei Cloud, "API Request Signing Guide", algorithm
 * SDK-HMAC-SHA256).
 *
 * @param method in upper case
 * @param path as sent, percent-encoded or not
 * @param query as sent, without the question mark; empty when there is none
 * @param headers the signed headers
 * @param bodyHash the SHA-256 of the sent bytes, in hexadecimal, or {@code UNSIGNED-PAYLOAD}
 */
record CanonicalRequest(String method, String path, String query, Map<String, String> headers, String bodyHash) {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    CanonicalRequest {
        var lower = new TreeMap<String, String>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value.strip()));
        headers = lower;
    }

    String signedHeaders() {
        return String.join(";", headers.keySet());
    }

    String text() {
        var lines = headers.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        return String.join("\n", method, canonicalPath(), canonicalQuery(), lines, signedHeaders(), bodyHash);
    }

    /**
     * The signature of the request, in lower-case hexadecimal.
     *
     * @param date the value of {@code X-Sdk-Date}
     */
    String signature(String secretKey, String date) {
        var stringToSign =
                String.join("\n", Signer.ALGORITHM, date, Hashes.sha256(text().getBytes(StandardCharsets.UTF_8)));
        return Hashes.hmacSha256(secretKey, stringToSign);
    }

    /** The path for signing, which ends with a slash even where the sent one does not. */
    String canonicalPath() {
        var encoded = Arrays.stream(path.split("/", -1))
                .map(CanonicalRequest::normalizeEncoding)
                .collect(Collectors.joining("/"));
        return encoded.endsWith("/") ? encoded : encoded + "/";
    }

    private String canonicalQuery() {
        if (query.isEmpty()) {
            return "";
        }
        return Arrays.stream(query.split("&", -1))
                .map(pair -> pair.split("=", 2))
                .map(pair ->
                        new Parameter(normalizeEncoding(pair[0]), pair.length > 1 ? normalizeEncoding(pair[1]) : ""))
                .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
                .map(parameter -> parameter.name + "=" + parameter.value)
                .collect(Collectors.joining("&"));
    }

    /**
     * Sorted by name first: {@code a=…} comes before {@code a1=…}, although the character {@code =} sorts after the
     * digit.
     */
    private record Parameter(String name, String value) {}

    static String normalizeEncoding(String text) {
        var plain = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        var encoded = new StringBuilder();
        for (var b : plain.getBytes(StandardCharsets.UTF_8)) {
            var c = (char) (b & 0xff);
            if (UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append("%02X".formatted((int) c));
            }
        }
        return encoded.toString();
    }
}
