package dev.attachgateway.storage;

/**
 * Address and login of a PostgreSQL database.
 *
 * @param host address or name
 * @param port TCP port
 * @param database name of the database
 * @param username role to connect as
 * @param password its password; kept out of {@link #toString()}
 */
public record ConnectionDetails(String host, int port, String database, String username, String password) {

    /** The URL in the form that the reactive client and, with the prefix {@code jdbc:}, the JDBC driver accept. */
    public String url() {
        return "postgresql://" + host + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return username + "@" + url();
    }
}
