package dev.attachgateway;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.reflect.Proxy;
import org.jboss.logging.Logger;

/**
 * A stop that was asked for and went well ends with status 0. Left to itself the JVM ends with 143, which supervisors count
 * as a failure.
 */
@ApplicationScoped
class SigtermExitCode {
    private static final Logger LOG = Logger.getLogger(SigtermExitCode.class);

    void start(@Observes StartupEvent event) {
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            return;
        }
        try {
            onTerm(() -> Quarkus.asyncExit(0));
        } catch (ReflectiveOperationException e) {
            LOG.infof("a stop will end with status 143: %s", e);
        }
    }

    /** By name, since the compiler warns of the class and cannot be told that this is known. */
    private static void onTerm(Runnable stop) throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        var stops =
                Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, signals) -> {
                    stop.run();
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), stops);
    }
}
