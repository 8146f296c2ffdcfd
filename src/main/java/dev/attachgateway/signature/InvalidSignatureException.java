package dev.attachgateway.signature;

/** The signature cannot be one of this request; the message, a sentence, says what is wrong and quotes nothing. */
public final class InvalidSignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSignatureException(String message) {
        super(message, null, false, false);
    }
}
