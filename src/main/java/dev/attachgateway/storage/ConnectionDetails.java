package dev.attachgateway.storage;

/**
 * Where a PostgreSQL database listens and who may enter.
 *
 * @param host address or name
 * @param port TCP port
 * @param database name of the database
 * @param username role to connect as
 * @param password its password; kept out of {@link #toString()}
 */
public record ConnectionDetails(String host, int port, String database, String username, String password) {

    /** The address in the form both the reactive client and, behind {@code jdbc:}, the JDBC driver take. */
    public String url() {
        return "postgresql://" + host + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return username + "@" + url();
    }
}
