package dev.attachgateway.operation.precondition;

import dev.attachgateway.disk.AttachPreconditions;
import dev.attachgateway.disk.DetachPreconditions;
import dev.attachgateway.disk.DiskPreconditions;
import dev.attachgateway.operation.model.Operation;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Set;

/** What is asked of a server and a disk before the one is attached to the other. */
@ConfigMapping(prefix = "attach")
public interface PreconditionConfig {
    /** Types or categories of server that take disks. The cloud documents "only A3", and no field says A3. */
    @WithDefault("HPS")
    Set<String> serverKinds();

    /** Whether a shareable disk that is in use elsewhere may be attached once more. */
    @WithDefault("false")
    boolean shared();

    /** What is asked before, and looked for after, an operation of this type. */
    default DiskPreconditions of(Operation.Type type) {
        return switch (type) {
            case ATTACH -> new AttachPreconditions(serverKinds(), shared());
            case DETACH -> new DetachPreconditions(serverKinds());
        };
    }
}
