package dev.attachgateway;

import dev.attachgateway.audit.command.AuditCommand;
import dev.attachgateway.audit.command.AuditDatabase;
import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.storage.StorageSelector;
import dev.attachgateway.storage.StorageUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.microprofile.config.Config;

/** Runs the packaged jar as a command on the audit log: it needs the storage only, and opens no port. */
final class AuditCommandMain {
    private AuditCommandMain() {}

    /** Whether the first argument selects the audit command. */
    static boolean isSelected(String... args) {
        return args.length > 0 && args[0].equals("audit");
    }

    /** Runs the command and returns the exit status. */
    static int run(Config config, StorageSelector.Default defaultStorage, String... args) {
        try {
            var command = AuditCommand.parse(List.of(args).subList(1, args.length));
            var embedded = StorageSelector.prepareExisting(config, defaultStorage);
            try {
                return database(config, embedded).run(command, System.out, System.err);
            } finally {
                embedded.ifPresent(EmbeddedPostgres::close);
            }
        } catch (IllegalArgumentException | StorageUnavailableException e) {
            System.err.println(e.getMessage());
            return AuditDatabase.EXIT_ERROR;
        }
    }

    private static AuditDatabase database(Config config, Optional<EmbeddedPostgres> embedded) {
        var login = new Properties();
        var keyFile = config.getOptionalValue("audit.seal-key-file", String.class);
        if (embedded.isPresent()) {
            var connection = embedded.get().connectionDetails();
            login.put("user", connection.username());
            login.put("password", connection.password());
            return new AuditDatabase(connection.url(), login, keyFile);
        }
        config.getOptionalValue("storage.username", String.class).ifPresent(user -> login.put("user", user));
        config.getOptionalValue("storage.password", String.class)
                .ifPresent(password -> login.put("password", password));
        return new AuditDatabase(config.getValue("storage.url", String.class), login, keyFile);
    }
}
