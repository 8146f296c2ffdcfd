package dev.attachgateway.inventory;

import dev.attachgateway.inventory.NotShown.Why;
import java.util.Map;

/** Something the cloud can be asked to show; what is equal is the same question. */
sealed interface Wanted {
    String projectId();

    /** What it means that the cloud knows of no such thing. */
    default Why unknown() {
        return Why.REFUSED;
    }

    /** One server; its id in lower case. */
    record OneServer(String projectId, String id) implements Wanted {
        @Override
        public Why unknown() {
            return Why.SERVER_NOT_FOUND;
        }
    }

    /** One disk; its id in lower case. */
    record OneDisk(String projectId, String id) implements Wanted {
        @Override
        public Why unknown() {
            return Why.DISK_NOT_FOUND;
        }
    }

    /** A page of servers, by the cloud's own parameters. */
    record Servers(String projectId, Map<String, String> query) implements Wanted {}

    /** A page of disks, by the cloud's own parameters. */
    record Disks(String projectId, Map<String, String> query) implements Wanted {}
}
