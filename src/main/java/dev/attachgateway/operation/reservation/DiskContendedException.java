package dev.attachgateway.operation.reservation;

/** Each attempt to reserve the disk found it reserved, and each read of its holder found it free. */
public class DiskContendedException extends RuntimeException {
    DiskContendedException() {
        super("the disk is being reserved and released by other requests");
    }
}
