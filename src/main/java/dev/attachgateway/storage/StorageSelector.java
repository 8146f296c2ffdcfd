package dev.attachgateway.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** Selects, before anything else starts, the PostgreSQL that this gateway uses. */
public final class StorageSelector {
    private static final String MODE = "storage";
    private static final String EMBEDDED = "embedded";
    private static final String URL = "storage.url";
    private static final String USERNAME = "storage.username";
    private static final String PASSWORD = "storage.password";
    private static final String FOLDER = "storage.folder";
    private static final String PROCESS_ID = "storage.embedded.process";

    private StorageSelector() {}

    /** The storage when the configuration does not name one. */
    public enum Default {
        /** An embedded server: for the builds that contain the sandbox. */
        EMBEDDED,
        /** None: a production gateway must not start with an empty database because a setting is missing. */
        NONE
    }

    /**
     * Starts an embedded server when the configuration selects one, and publishes its connection as system properties.
     *
     * <p>A live reload calls this again in the same process: a server that is still running is kept.
     *
     * @return the server that was started; empty when a URL is configured or the server of an earlier call is kept
     * @throws StorageUnavailableException when no storage is configured, or when the server does not start
     */
    public static Optional<EmbeddedPostgres> prepare(Config config, Default defaultStorage) {
        clearStaleProperties();
        if (config.getOptionalValue(URL, String.class).isPresent()) {
            return Optional.empty();
        }
        if (!selectedMode(config, defaultStorage).equals(EMBEDDED)) {
            throw new StorageUnavailableException(
                    "No storage is given: set storage.url (STORAGE_URL) to a PostgreSQL, for example"
                            + " postgresql://db.example:5432/attach_gateway, or set storage=embedded (STORAGE=embedded)"
                            + " to run one in " + folder(config) + ".");
        }
        var postgres = EmbeddedPostgres.start(folder(config));
        ConnectionDetails connection = postgres.connectionDetails();
        System.setProperty(URL, connection.url());
        System.setProperty(USERNAME, connection.username());
        System.setProperty(PASSWORD, connection.password());
        System.setProperty(PROCESS_ID, Long.toString(postgres.process().pid()));
        return Optional.of(postgres);
    }

    /**
     * The same for commands that read existing data: fails where {@link #prepare} would create an empty database.
     *
     * @throws StorageUnavailableException also when the storage folder has no data
     */
    public static Optional<EmbeddedPostgres> prepareExisting(Config config, Default defaultStorage) {
        if (config.getOptionalValue(URL, String.class).isEmpty()
                && selectedMode(config, defaultStorage).equals(EMBEDDED)
                && !Files.exists(folder(config).resolve("cluster"))) {
            throw new StorageUnavailableException("There is no data in the storage folder " + folder(config)
                    + ". Run this command where the gateway is started, or set its storage.folder or storage.url.");
        }
        return prepare(config, defaultStorage);
    }

    private static String selectedMode(Config config, Default defaultStorage) {
        return config.getOptionalValue(MODE, String.class).orElse(defaultStorage == Default.EMBEDDED ? EMBEDDED : "");
    }

    private static Path folder(Config config) {
        return Path.of(config.getOptionalValue(FOLDER, String.class).orElse("data/postgresql"));
    }

    private static void clearStaleProperties() {
        String process = System.getProperty(PROCESS_ID);
        if (process != null
                && !ProcessHandle.of(Long.parseLong(process))
                        .map(ProcessHandle::isAlive)
                        .orElse(false)) {
            for (String name : new String[] {URL, USERNAME, PASSWORD, PROCESS_ID}) {
                System.clearProperty(name);
            }
        }
    }
}
