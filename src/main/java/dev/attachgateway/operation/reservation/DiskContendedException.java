package dev.attachgateway.operation.reservation;

/** The disk changed hands each time it was asked for. */
public class DiskContendedException extends RuntimeException {
    DiskContendedException() {
        super("the disk is being reserved and released by others");
    }
}
