package dev.attachgateway;

import dev.attachgateway.storage.Storage;
import dev.attachgateway.storage.StorageUnavailable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts the gateway: its storage first, since everything else connects to it. */
@QuarkusMain
public final class Gateway {
    private static final int UNUSABLE_CONFIGURATION = 2;

    private Gateway() {}

    /** Runs until a signal ends it; without storage it says why on stderr and exits with status 2. */
    public static void main(String... args) {
        try {
            Storage.provide(ConfigProvider.getConfig());
        } catch (StorageUnavailable refused) {
            System.err.println(refused.getMessage());
            System.exit(UNUSABLE_CONFIGURATION);
        }
        Quarkus.run(args);
    }
}
