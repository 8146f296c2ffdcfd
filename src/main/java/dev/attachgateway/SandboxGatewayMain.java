package dev.attachgateway;

import dev.attachgateway.sandbox.SandboxProcess;
import dev.attachgateway.storage.StorageSelector;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The main of the builds that carry the practice cloud: the gateway as {@link GatewayMain} runs it, but with embedded storage
 * unless other is given.
 *
 * <p>That default hangs on this class and not on a profile, since which main a jar has is settled when it is built, while
 * its profile can be changed by whoever starts it.
 */
@QuarkusMain(name = "with-sandbox")
public final class SandboxGatewayMain {
    SandboxGatewayMain() {}

    /**
     * Runs until a signal ends it. With {@code sandbox} as the first argument it is the practice cloud alone; what follows is
     * for {@link SandboxProcess}.
     */
    public static void main(String... args) {
        if (args.length > 0 && args[0].equals("sandbox")) {
            SandboxProcess.main(Arrays.copyOfRange(args, 1, args.length));
        } else {
            if (!AuditCommandMain.isMeant(args)) {
                ExternalSandboxConfig.settle(ConfigProvider.getConfig());
            }
            GatewayMain.run(StorageSelector.Choice.EMBEDDED, args);
        }
    }
}
