package dev.attachgateway;

import dev.attachgateway.sandbox.SandboxProcess;
import dev.attachgateway.storage.StorageSelector;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The main of the builds that contain the sandbox: the gateway as {@link GatewayMain} runs it, with embedded storage by
 * default.
 *
 * <p>The default depends on this class and not on a profile: the main of a jar is fixed when the jar is built, while its
 * profile can be changed at every start.
 */
@QuarkusMain(name = "with-sandbox")
public final class SandboxGatewayMain {
    SandboxGatewayMain() {}

    /**
     * Runs until a signal ends it. With {@code sandbox} as the first argument it runs the sandbox alone, and the other
     * arguments go to {@link SandboxProcess}.
     */
    public static void main(String... args) {
        if (args.length > 0 && args[0].equals("sandbox")) {
            SandboxProcess.main(Arrays.copyOfRange(args, 1, args.length));
        } else {
            if (!AuditCommandMain.isSelected(args)) {
                ExternalSandboxConfig.apply(ConfigProvider.getConfig());
            }
            GatewayMain.run(StorageSelector.Default.EMBEDDED, args);
        }
    }
}
