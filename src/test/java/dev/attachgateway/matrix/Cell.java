package dev.attachgateway.matrix;

import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One life under one trouble.
 *
 * @param when before or after the call is carried out; at {@code SETTLING}, the same of the lost write that led there
 */
record Cell(int number, Life life, Spot spot, Auth auth, Trouble trouble, When when, Times times) {

    enum Life {
        ATTACH,
        DETACH;

        /** The call that changes something, by the practice cloud's word. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The call that is befallen, and for a call that a life makes several times, from which on. */
    enum Spot {
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

        Spot(String call) {
            this.call = call;
        }

        boolean isLate() {
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

    /** A signed write is dated, so that there comes a time after which the cloud no longer takes it; a token is not. */
    enum Auth {
        SIGNED,
        TOKEN
    }

    enum When {
        BEFORE,
        AFTER
    }

    enum Times {
        ONCE(1),
        THRICE(3),
        FOREVER(0);

        private final int count;

        Times(int count) {
            this.count = count;
        }

        int count() {
            return count;
        }
    }

    /** Whether such a thing can happen at all. */
    boolean canBe() {
        return switch (trouble) {
            // The answer of a busy server; neither EVS nor IAM has servers.
            case BUSY -> spot.isModelArts();
            // IAM is asked for a token with a password: there is none that could be stale.
            case S401_STALE -> spot != Spot.TOKEN;
            default -> true;
        };
    }

    /** A project of its own, so that no cell's throttling is another's. */
    String project() {
        return (auth == Auth.SIGNED ? "a" : "b") + "%031x".formatted(number);
    }

    /** What the practice cloud is told. */
    Stream<Fault> faults(String server, String disk) {
        if (spot == Spot.WRITE) {
            return Stream.of(limited(trouble.on(life.word()), when, times).disk(disk));
        }
        var fault = limited(trouble.on(spot.call), spot.isSettling() ? When.BEFORE : when, times);
        var here = switch (spot) {
            case TOKEN -> fault.project(project());
            case OPERATION, DISK_AT_CHECK -> fault.disk(disk);
            case SERVER_AT_CHECK -> fault.server(server);
            case DISK_AT_CONFIRM, DISK_AT_SETTLING -> fault.disk(disk).since(life.word());
            case SERVER_AT_CONFIRM, SERVER_AT_SETTLING -> fault.server(server).since(life.word());
            case WRITE -> throw new IllegalStateException();
        };
        return spot.isSettling()
                ? Stream.of(
                        here,
                        limited(Fault.kind(life.word(), "drop"), when, Times.ONCE)
                                .disk(disk))
                : Stream.of(here);
    }

    private static Fault limited(Fault fault, When when, Times times) {
        var timed = times == Times.FOREVER ? fault : fault.times(times.count());
        return when == When.AFTER ? timed.after() : timed;
    }

    @Override
    public String toString() {
        return "%d %s %s %s %s %s %s".formatted(number, life, spot, auth, trouble, when, times);
    }
}
