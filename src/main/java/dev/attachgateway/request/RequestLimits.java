package dev.attachgateway.request;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.vertx.core.MultiMap;

/** Size limits of requests; also checked before a signed request is hashed. */
public final class RequestLimits {
    /** Bytes. Valid bodies are smaller. */
    public static final int MAX_BODY_BYTES = 64 * 1024;

    private static final int MAX_URL_LENGTH = 4096;
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /** Header lookup scans the names of one hash bucket, so many headers make each lookup slow. */
    private static final int MAX_HEADER_COUNT = 200;

    private RequestLimits() {}

    /**
     * Checks the size of the URL and the headers, and the declared length of the body.
     *
     * @param target path and query as in the request line
     * @throws ProblemException when one of them exceeds its limit
     */
    public static void check(String target, MultiMap headers) {
        if (target.length() > MAX_URL_LENGTH) {
            throw new ProblemException(ProblemType.ADDRESS_TOO_LONG);
        }
        if (headerBytes(headers) > MAX_HEADER_BYTES || headers.entries().size() > MAX_HEADER_COUNT) {
            throw new ProblemException(ProblemType.HEADERS_TOO_LARGE);
        }
        if (declaredLength(headers) > MAX_BODY_BYTES) {
            throw new ProblemException(ProblemType.BODY_TOO_LARGE);
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
