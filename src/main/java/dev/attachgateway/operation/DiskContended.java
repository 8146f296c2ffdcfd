package dev.attachgateway.operation;

/** The disk changed hands each time it was asked for. */
public class DiskContended extends RuntimeException {
    DiskContended() {
        super("the disk is being reserved and released by others");
    }
}
