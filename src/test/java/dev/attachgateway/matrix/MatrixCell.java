package dev.attachgateway.matrix;

import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One combination of an operation and an injected fault.
 *
 * @param timing fault before or after the call is executed; at {@code SETTLING}, of the lost write that led there
 */
record MatrixCell(
        int number,
        Action action,
        TargetCall targetCall,
        Credential credential,
        CloudFault cloudFault,
        Timing timing,
        Occurrences occurrences) {

    enum Action {
        ATTACH,
        DETACH;

        /** Name of the write call in the sandbox. */
        String callName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The call that fails; of a call that an operation makes several times, the step from which on it fails. */
    enum TargetCall {
        WRITE(""),
        OPERATION("operation"),
        SERVER_AT_CHECK("server"),
        SERVER_AT_CONFIRM("server"),
        SERVER_AT_SETTLING("server"),
        DISK_AT_CHECK("volume"),
        DISK_AT_CONFIRM("volume"),
        DISK_AT_SETTLING("volume"),
        TOKEN("token");

        private final String call;

        TargetCall(String call) {
            this.call = call;
        }

        boolean isAfterWrite() {
            return name().endsWith("CONFIRM") || isSettling();
        }

        boolean isSettling() {
            return name().endsWith("SETTLING");
        }

        boolean isCheck() {
            return name().endsWith("CHECK") || this == TOKEN;
        }

        boolean isDisk() {
            return call.equals("volume");
        }

        boolean isModelArts() {
            return !isDisk() && this != TOKEN;
        }
    }

    /**
     * Credential of the gateway. A signature is dated and expires, so the cloud rejects the write from then on; a token
     * is not dated.
     */
    enum Credential {
        SIGNED,
        TOKEN
    }

    enum Timing {
        BEFORE,
        AFTER
    }

    enum Occurrences {
        ONCE(1),
        THRICE(3),
        FOREVER(0);

        private final int count;

        Occurrences(int count) {
            this.count = count;
        }

        int count() {
            return count;
        }
    }

    /** Whether the combination can occur. */
    boolean isPossible() {
        return switch (cloudFault) {
            // The response about a busy server; neither EVS nor IAM has servers.
            case BUSY -> targetCall.isModelArts();
            // IAM issues tokens for a password; no token can be stale there.
            case S401_STALE -> targetCall != TargetCall.TOKEN;
            default -> true;
        };
    }

    /** A project of its own, so that the throttling of one cell does not affect another. */
    String project() {
        return (credential == Credential.SIGNED ? "a" : "b") + "%031x".formatted(number);
    }

    /** Returns the faults to inject into the sandbox. */
    Stream<Fault> faults(String server, String disk) {
        if (targetCall == TargetCall.WRITE) {
            return Stream.of(withLimits(cloudFault.on(action.callName()), timing, occurrences)
                    .disk(disk));
        }
        var fault = withLimits(
                cloudFault.on(targetCall.call), targetCall.isSettling() ? Timing.BEFORE : timing, occurrences);
        var targeted = switch (targetCall) {
            case TOKEN -> fault.project(project());
            case OPERATION, DISK_AT_CHECK -> fault.disk(disk);
            case SERVER_AT_CHECK -> fault.server(server);
            case DISK_AT_CONFIRM, DISK_AT_SETTLING -> fault.disk(disk).since(action.callName());
            case SERVER_AT_CONFIRM, SERVER_AT_SETTLING -> fault.server(server).since(action.callName());
            case WRITE -> throw new IllegalStateException();
        };
        return targetCall.isSettling()
                ? Stream.of(
                        targeted,
                        withLimits(Fault.kind(action.callName(), "drop"), timing, Occurrences.ONCE)
                                .disk(disk))
                : Stream.of(targeted);
    }

    private static Fault withLimits(Fault fault, Timing timing, Occurrences occurrences) {
        var limited = occurrences == Occurrences.FOREVER ? fault : fault.times(occurrences.count());
        return timing == Timing.AFTER ? limited.after() : limited;
    }

    @Override
    public String toString() {
        return "%d %s %s %s %s %s %s"
                .formatted(number, action, targetCall, credential, cloudFault, timing, occurrences);
    }
}
