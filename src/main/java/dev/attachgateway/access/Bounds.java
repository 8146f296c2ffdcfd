package dev.attachgateway.access;

import io.vertx.core.MultiMap;

/** How large a request may be; also looked at before anything of it is hashed. */
public final class Bounds {
    /** Bytes. No valid request is larger. */
    public static final int MOST_BODY = 64 * 1024;

    private static final int MOST_ADDRESS = 4096;
    private static final int MOST_HEADERS = 64 * 1024;

    /** Each look for a header goes through those whose names fall together. */
    private static final int MOST_FIELDS = 200;

    private Bounds() {}

    /**
     * Refuses what is too large, as far as it is announced.
     *
     * @param target path and query as they stand in the request line
     * @throws TooLarge when it is
     */
    public static void check(String target, MultiMap headers) {
        if (target.length() > MOST_ADDRESS) {
            throw new TooLarge(TooLarge.Part.ADDRESS);
        }
        if (size(headers) > MOST_HEADERS || headers.entries().size() > MOST_FIELDS) {
            throw new TooLarge(TooLarge.Part.HEADERS);
        }
        if (announced(headers) > MOST_BODY) {
            throw new TooLarge(TooLarge.Part.BODY);
        }
    }

    private static int size(MultiMap headers) {
        return headers.entries().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length())
                .sum();
    }

    private static long announced(MultiMap headers) {
        var length = headers.get("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
