package dev.attachgateway;

import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.storage.StorageSelector;
import dev.attachgateway.storage.StorageUnavailableException;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts the gateway: the storage first, since everything else connects to it. */
@QuarkusMain
public final class GatewayMain {
    private static final int EXIT_STORAGE_UNAVAILABLE = 2;

    GatewayMain() {}

    /**
     * Runs until a signal ends it; without storage it prints the reason to stderr and exits with status 2. With
     * {@code audit} as the first argument it runs the audit command instead.
     */
    public static void main(String... args) {
        run(StorageSelector.Default.NONE, args);
    }

    static void run(StorageSelector.Default defaultStorage, String... args) {
        if (AuditCommandMain.isSelected(args)) {
            System.exit(AuditCommandMain.run(ConfigProvider.getConfig(), defaultStorage, args));
        }
        try {
            // This early the configuration is that of the prod profile, whatever the build.
            StorageSelector.prepare(ConfigProvider.getConfig(), defaultStorage)
                    .ifPresent(GatewayMain::stopAfterApplication);
        } catch (StorageUnavailableException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_STORAGE_UNAVAILABLE);
        }
        Quarkus.run(args);
    }

    // Quarkus calls the exit code handler once the application has closed its connections; until then the hook keeps
    // the JVM alive.
    private static void stopAfterApplication(EmbeddedPostgres postgres) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!isLiveReload()) {
                                postgres.awaitTermination();
                            }
                        },
                        "embedded-postgresql-end"));
        var exit = ApplicationLifecycleManager.getDefaultExitCodeHandler();
        ApplicationLifecycleManager.setDefaultExitCodeHandler((code, failure) -> {
            if (!isLiveReload()) {
                postgres.close();
            }
            exit.accept(code, failure);
        });
    }

    // A live reload ends the application but not the process: the server stays for the next one, and ends with the
    // process. Evaluated late, because the first main of a development run starts before the mode is set.
    private static boolean isLiveReload() {
        return LaunchMode.current() == LaunchMode.DEVELOPMENT;
    }
}
