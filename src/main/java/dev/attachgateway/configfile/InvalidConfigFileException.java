package dev.attachgateway.configfile;

/** A file of the operator's cannot be used; the message says why and where. */
public final class InvalidConfigFileException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidConfigFileException(String message) {
        super(message);
    }

    /** A mistake on a line; 0 when nobody knows which. */
    static InvalidConfigFileException atLine(int line, String message) {
        return new InvalidConfigFileException(line > 0 ? "line " + line + ": " + message : message);
    }
}
