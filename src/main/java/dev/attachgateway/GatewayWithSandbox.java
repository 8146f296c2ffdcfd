package dev.attachgateway;

import dev.attachgateway.storage.Storage;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * The main of the builds that carry the practice cloud: the gateway as {@link Gateway} runs it, but with embedded storage
 * unless other is given.
 *
 * <p>That default hangs on this class and not on a profile, since which main a jar has is settled when it is built, while
 * its profile can be changed by whoever starts it.
 */
@QuarkusMain(name = "with-sandbox")
public final class GatewayWithSandbox {
    GatewayWithSandbox() {}

    /** Runs until a signal ends it. */
    public static void main(String... args) {
        Gateway.run(Storage.Choice.EMBEDDED, args);
    }
}
