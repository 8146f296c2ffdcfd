package dev.attachgateway.signature;

/**
 * The request cannot have a valid signature; the message, one sentence, names the reason and quotes nothing of the
 * request.
 */
public final class InvalidSignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSignatureException(String message) {
        super(message, null, false, false);
    }
}
