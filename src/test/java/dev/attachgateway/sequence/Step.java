package dev.attachgateway.sequence;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;

/** One step of a sequence. Servers, disks and callers are numbered. */
sealed interface Step {

    /**
     * A caller requests an attach or a detach.
     *
     * @param waitsForResult whether the request waits up to 1 s for the result
     */
    record Request(Operation.Type type, int server, int disk, int caller, boolean waitsForResult) implements Step {}

    /** The caller of the disk's last operation cancels it. */
    record Cancel(int disk) implements Step {}

    /** An operator releases the disk's last operation. */
    record Release(int disk) implements Step {}

    /** No request for a while. */
    record Pause(Duration duration) implements Step {}
}
