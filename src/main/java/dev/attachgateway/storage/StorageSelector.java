package dev.attachgateway.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** Decides, before anything else starts, which PostgreSQL this gateway uses. */
public final class StorageSelector {
    private static final String CHOICE = "storage";
    private static final String EMBEDDED = "embedded";
    private static final String URL = "storage.url";
    private static final String USERNAME = "storage.username";
    private static final String PASSWORD = "storage.password";
    private static final String FOLDER = "storage.folder";
    private static final String PROCESS = "storage.embedded.process";

    private StorageSelector() {}

    /** What holds when the configuration says nothing about storage. */
    public enum Choice {
        /** A server of the gateway's own: for the builds that carry the practice cloud. */
        EMBEDDED,
        /** Nothing: a production gateway must not begin with an empty database because a line was forgotten. */
        MUST_BE_SAID
    }

    /**
     * Starts an embedded server when the configuration asks for one, and lets the rest of it know by system properties.
     *
     * <p>A live reload calls this again in the same process: a server that is still running is kept.
     *
     * @return the server that was started; nothing when a URL is given or the server of an earlier call is kept
     * @throws StorageUnavailableException when neither is said, or when the server does not start
     */
    public static Optional<EmbeddedPostgres> provide(Config config, Choice unlessSaid) {
        forgetTheDead();
        if (config.getOptionalValue(URL, String.class).isPresent()) {
            return Optional.empty();
        }
        if (!choice(config, unlessSaid).equals(EMBEDDED)) {
            throw new StorageUnavailableException(
                    "No storage is given: set storage.url (STORAGE_URL) to a PostgreSQL, for example"
                            + " postgresql://db.example:5432/attach_gateway, or say storage=embedded (STORAGE=embedded)"
                            + " to run one in " + folder(config) + ".");
        }
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder(config));
        ConnectionDetails connection = postgres.connection();
        System.setProperty(URL, connection.url());
        System.setProperty(USERNAME, connection.username());
        System.setProperty(PASSWORD, connection.password());
        System.setProperty(PROCESS, Long.toString(postgres.process().pid()));
        return Optional.of(postgres);
    }

    /**
     * The same for whoever wants to look at what is there: where {@link #provide} would begin with an empty database, this
     * refuses.
     */
    public static Optional<EmbeddedPostgres> provideExisting(Config config, Choice unlessSaid) {
        if (config.getOptionalValue(URL, String.class).isEmpty()
                && choice(config, unlessSaid).equals(EMBEDDED)
                && !Files.exists(folder(config).resolve("cluster"))) {
            throw new StorageUnavailableException("There is no data in the storage folder " + folder(config)
                    + ". Start this where the gateway is started, or name its storage.folder or storage.url.");
        }
        return provide(config, unlessSaid);
    }

    private static String choice(Config config, Choice unlessSaid) {
        return config.getOptionalValue(CHOICE, String.class).orElse(unlessSaid == Choice.EMBEDDED ? EMBEDDED : "");
    }

    private static Path folder(Config config) {
        return Path.of(config.getOptionalValue(FOLDER, String.class).orElse("data/postgresql"));
    }

    private static void forgetTheDead() {
        String process = System.getProperty(PROCESS);
        if (process != null
                && !ProcessHandle.of(Long.parseLong(process))
                        .map(ProcessHandle::isAlive)
                        .orElse(false)) {
            for (String name : new String[] {URL, USERNAME, PASSWORD, PROCESS}) {
                System.clearProperty(name);
            }
        }
    }
}
