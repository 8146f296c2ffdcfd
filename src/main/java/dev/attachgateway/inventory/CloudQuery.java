package dev.attachgateway.inventory;

import dev.attachgateway.inventory.InventoryReadException.Reason;
import java.util.Map;

/** Something the cloud can be asked to show; what is equal is the same question. */
sealed interface CloudQuery {
    String projectId();

    /** What it means that the cloud knows of no such thing. */
    default Reason notFoundReason() {
        return Reason.REQUEST_REFUSED;
    }

    /** One server; its id in lower case. */
    record ServerById(String projectId, String id) implements CloudQuery {
        @Override
        public Reason notFoundReason() {
            return Reason.SERVER_NOT_FOUND;
        }
    }

    /** One disk; its id in lower case. */
    record DiskById(String projectId, String id) implements CloudQuery {
        @Override
        public Reason notFoundReason() {
            return Reason.DISK_NOT_FOUND;
        }
    }

    /** A page of servers, by the cloud's own parameters. */
    record ServerPage(String projectId, Map<String, String> query) implements CloudQuery {}

    /** A page of disks, by the cloud's own parameters. */
    record DiskPage(String projectId, Map<String, String> query) implements CloudQuery {}
}
