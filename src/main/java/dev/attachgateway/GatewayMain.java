package dev.attachgateway;

import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.storage.StorageSelector;
import dev.attachgateway.storage.StorageUnavailableException;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts the gateway: its storage first, since everything else connects to it. */
@QuarkusMain
public final class GatewayMain {
    private static final int UNUSABLE_CONFIGURATION = 2;

    GatewayMain() {}

    /**
     * Runs until a signal ends it; without storage it says why on stderr and exits with status 2. With {@code audit} as the
     * first argument it is a command that looks at the audit record.
     */
    public static void main(String... args) {
        run(StorageSelector.Choice.MUST_BE_SAID, args);
    }

    static void run(StorageSelector.Choice unlessSaid, String... args) {
        if (AuditCommandMain.isMeant(args)) {
            System.exit(AuditCommandMain.run(ConfigProvider.getConfig(), unlessSaid, args));
        }
        try {
            // This early the configuration knows no profile but prod's, whatever the build.
            StorageSelector.provide(ConfigProvider.getConfig(), unlessSaid).ifPresent(GatewayMain::stopLast);
        } catch (StorageUnavailableException refused) {
            System.err.println(refused.getMessage());
            System.exit(UNUSABLE_CONFIGURATION);
        }
        Quarkus.run(args);
    }

    // Quarkus hands over when the application has let go of its connections; the hook keeps the JVM until then.
    private static void stopLast(EmbeddedPostgres postgres) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!reloads()) {
                                postgres.awaitEnd();
                            }
                        },
                        "embedded-postgresql-end"));
        var exit = ApplicationLifecycleManager.getDefaultExitCodeHandler();
        ApplicationLifecycleManager.setDefaultExitCodeHandler((code, failure) -> {
            if (!reloads()) {
                postgres.close();
            }
            exit.accept(code, failure);
        });
    }

    // A live reload ends the application but not the process: the server stays for the next one, and ends with the
    // process. Asked late, because the first main of a development run is started before the mode is known.
    private static boolean reloads() {
        return LaunchMode.current() == LaunchMode.DEVELOPMENT;
    }
}
