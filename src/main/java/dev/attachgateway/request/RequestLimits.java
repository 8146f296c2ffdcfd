package dev.attachgateway.request;

import io.vertx.core.MultiMap;

/** How large a request may be; also looked at before anything of it is hashed. */
public final class RequestLimits {
    /** Bytes. No valid request is larger. */
    public static final int MAX_BODY_BYTES = 64 * 1024;

    private static final int MAX_URL_LENGTH = 4096;
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /** Each look for a header goes through those whose names fall together. */
    private static final int MAX_HEADER_COUNT = 200;

    private RequestLimits() {}

    /**
     * Refuses what is too large, as far as it is announced.
     *
     * @param target path and query as they stand in the request line
     * @throws RequestTooLargeException when it is
     */
    public static void check(String target, MultiMap headers) {
        if (target.length() > MAX_URL_LENGTH) {
            throw new RequestTooLargeException(RequestTooLargeException.Part.URL);
        }
        if (headerBytes(headers) > MAX_HEADER_BYTES || headers.entries().size() > MAX_HEADER_COUNT) {
            throw new RequestTooLargeException(RequestTooLargeException.Part.HEADERS);
        }
        if (declaredLength(headers) > MAX_BODY_BYTES) {
            throw new RequestTooLargeException(RequestTooLargeException.Part.BODY);
        }
    }

    private static int headerBytes(MultiMap headers) {
        return headers.entries().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length())
                .sum();
    }

    private static long declaredLength(MultiMap headers) {
        var length = headers.get("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
