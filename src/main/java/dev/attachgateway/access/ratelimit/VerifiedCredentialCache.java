package dev.attachgateway.access.ratelimit;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Digests of the most recently verified credentials (LRU). A hit exempts from the failure limit, not from verification. */
final class VerifiedCredentialCache {
    static final int MAX_ENTRIES = 10_000;
    private static final List<String> CREDENTIAL_HEADERS = List.of("Authorization", "X-Auth-Token", "Cookie");

    private final Set<String> digests = Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_ENTRIES;
        }
    });

    void add(HttpServerRequest request) {
        digest(request).ifPresent(digest -> {
            synchronized (digests) {
                digests.add(digest);
            }
        });
    }

    void remove(HttpServerRequest request) {
        digest(request).ifPresent(digest -> {
            synchronized (digests) {
                digests.remove(digest);
            }
        });
    }

    boolean contains(HttpServerRequest request) {
        Optional<String> digest = digest(request);
        synchronized (digests) {
            return digest.filter(digests::contains).isPresent();
        }
    }

    /** The digest of all credential headers; empty when there are none, so that requests without credentials share no entry. */
    private static Optional<String> digest(HttpServerRequest request) {
        if (CREDENTIAL_HEADERS.stream().noneMatch(request.headers()::contains)) {
            return Optional.empty();
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String header : CREDENTIAL_HEADERS) {
                for (String value : request.headers().getAll(header)) {
                    sha256.update((header + ": " + value + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            return Optional.of(HexFormat.of().formatHex(sha256.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available.", e);
        }
    }
}
