package dev.attachgateway.database;

/** The database does not respond: 503. */
public final class DatabaseUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailableException(Throwable cause) {
        super("the database does not respond", cause);
    }
}
