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

/** The packaged jar as a command on the audit record: it needs the storage and nothing else, and serves nobody. */
final class AuditCommandMain {
    private AuditCommandMain() {}

    /** Whether that is what was asked for. */
    static boolean isMeant(String... args) {
        return args.length > 0 && args[0].equals("audit");
    }

    /** Does it, and gives back the status to end with. */
    static int run(Config config, StorageSelector.Choice unlessSaid, String... args) {
        try {
            var command = AuditCommand.parse(List.of(args).subList(1, args.length));
            var own = StorageSelector.provideExisting(config, unlessSaid);
            try {
                return archive(config, own).run(command, System.out, System.err);
            } finally {
                own.ifPresent(EmbeddedPostgres::close);
            }
        } catch (IllegalArgumentException | StorageUnavailableException refused) {
            System.err.println(refused.getMessage());
            return AuditDatabase.EXIT_ERROR;
        }
    }

    private static AuditDatabase archive(Config config, Optional<EmbeddedPostgres> own) {
        var entry = new Properties();
        var keys = config.getOptionalValue("audit.seal-key-file", String.class);
        if (own.isPresent()) {
            var connection = own.get().connection();
            entry.put("user", connection.username());
            entry.put("password", connection.password());
            return new AuditDatabase(connection.url(), entry, keys);
        }
        config.getOptionalValue("storage.username", String.class).ifPresent(user -> entry.put("user", user));
        config.getOptionalValue("storage.password", String.class).ifPresent(word -> entry.put("password", word));
        return new AuditDatabase(config.getValue("storage.url", String.class), entry, keys);
    }
}
