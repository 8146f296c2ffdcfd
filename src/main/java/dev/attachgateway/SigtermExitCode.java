package dev.attachgateway;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.reflect.Proxy;
import org.jboss.logging.Logger;

/**
 * Makes an orderly stop after SIGTERM end with status 0. By default the JVM ends with 143, which supervisors count as a
 * failure.
 */
@ApplicationScoped
class SigtermExitCode {
    private static final Logger LOG = Logger.getLogger(SigtermExitCode.class);

    void start(@Observes StartupEvent event) {
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            return;
        }
        try {
            handleSigterm(() -> Quarkus.asyncExit(0));
        } catch (ReflectiveOperationException e) {
            LOG.infof("SIGTERM will end the process with status 143: %s", e);
        }
    }

    /** Reflective, since the compiler warns of {@code sun.misc.Signal} and that warning cannot be suppressed. */
    private static void handleSigterm(Runnable stop) throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        var proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
            stop.run();
            return null;
        });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), proxy);
    }
}
