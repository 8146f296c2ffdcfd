package dev.attachgateway.configfile;

/** A configuration file is invalid; the message states the reason and the line. */
public final class InvalidConfigFileException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidConfigFileException(String message) {
        super(message);
    }

    /** An error on a line; 0 when the line is unknown. */
    static InvalidConfigFileException atLine(int line, String message) {
        return new InvalidConfigFileException(line > 0 ? "line " + line + ": " + message : message);
    }
}
