package dev.attachgateway.request;

/** A part of the request exceeds its size limit. */
public final class RequestTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Part part;

    /** The part of the request, with its response status (RFC 9110, sections 15.5.14 and 15.5.15; RFC 6585, section 5). */
    public enum Part {
        URL(414),
        HEADERS(431),
        BODY(413);

        private final int status;

        Part(int status) {
            this.status = status;
        }
    }

    public RequestTooLargeException(Part part) {
        super(part + " too large", null, false, false);
        this.part = part;
    }

    /** The HTTP status of the response. */
    public int status() {
        return part.status;
    }
}
