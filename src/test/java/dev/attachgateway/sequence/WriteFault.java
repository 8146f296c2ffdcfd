package dev.attachgateway.sequence;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.time.Duration;
import java.util.Locale;

/**
 * A fault of the next write of a disk that no earlier fault has matched. Responses are truthful: a write that the cloud
 * rejects or reports as not started is not executed.
 */
record WriteFault(Operation.Type type, int disk, Kind kind) {

    /** Kinds of faults of the sandbox. */
    enum Kind {
        NONE,
        DROPPED,
        DROPPED_AFTER,
        ERROR,
        ERROR_AFTER,
        THROTTLED,
        REFUSED
    }

    Fault fault(String diskId) {
        var call = type.name().toLowerCase(Locale.ROOT);
        var fault = switch (kind) {
            case NONE -> Fault.delay(call, Duration.ZERO);
            case DROPPED -> Fault.kind(call, "drop");
            case DROPPED_AFTER -> Fault.kind(call, "drop").after();
            case ERROR -> Fault.status(call, 500);
            case ERROR_AFTER -> Fault.status(call, 502).after();
            case THROTTLED -> Fault.status(call, 429, "APIGW.0308", "Slow down.");
            case REFUSED -> Fault.status(call, 400, "ModelArts.7000", "No.");
        };
        return fault.disk(diskId).times(1);
    }
}
