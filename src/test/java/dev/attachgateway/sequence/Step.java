package dev.attachgateway.sequence;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;

/** What somebody does next. Servers, disks and callers are numbered. */
sealed interface Step {

    /**
     * A caller asks for an attach or a detach.
     *
     * @param waits whether for the cloud's answer, a little
     */
    record Ask(Operation.Type type, int server, int disk, int caller, boolean waits) implements Step {}

    /** Whoever began the disk's last operation takes it back. */
    record Cancel(int disk) implements Step {}

    /** An operator ends the disk's last operation by hand. */
    record Release(int disk) implements Step {}

    /** Nobody does anything. */
    record Rest(Duration span) implements Step {}
}
