package dev.attachgateway.operation.precondition;

import dev.attachgateway.disk.AttachPreconditions;
import dev.attachgateway.disk.DetachPreconditions;
import dev.attachgateway.disk.DiskPreconditions;
import dev.attachgateway.operation.model.Operation;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Set;

/** Configuration of the preconditions of an attach and a detach. */
@ConfigMapping(prefix = "attach")
public interface PreconditionConfig {
    /** Server types or categories that support attaching disks. The cloud documents "only A3", and no field says A3. */
    @WithDefault("HPS")
    Set<String> serverKinds();

    /** Whether a shareable disk that is in use elsewhere may be attached to another server. */
    @WithDefault("false")
    boolean shared();

    /** The preconditions and the confirmation of an operation of this type. */
    default DiskPreconditions of(Operation.Type type) {
        return switch (type) {
            case ATTACH -> new AttachPreconditions(serverKinds(), shared());
            case DETACH -> new DetachPreconditions(serverKinds());
        };
    }
}
