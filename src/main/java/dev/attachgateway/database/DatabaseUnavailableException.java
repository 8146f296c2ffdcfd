package dev.attachgateway.database;

import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;

/** The database does not respond: 503. */
public final class DatabaseUnavailableException extends ProblemException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailableException(Throwable cause) {
        super(ProblemBuilder.of(ProblemType.STORAGE_UNAVAILABLE), "the database does not respond", cause);
    }
}
