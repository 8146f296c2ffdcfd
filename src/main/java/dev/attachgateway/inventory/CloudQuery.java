package dev.attachgateway.inventory;

import dev.attachgateway.problem.type.ProblemType;
import java.util.Map;

/** A read of the cloud; equal queries share one cache entry. */
sealed interface CloudQuery {
    String projectId();

    /** The problem to report when the cloud responds that the resource does not exist. */
    default ProblemType notFoundType() {
        return ProblemType.CLOUD_REFUSED;
    }

    /** One server; its id in lower case. */
    record ServerById(String projectId, String id) implements CloudQuery {
        @Override
        public ProblemType notFoundType() {
            return ProblemType.SERVER_NOT_FOUND;
        }
    }

    /** One disk; its id in lower case. */
    record DiskById(String projectId, String id) implements CloudQuery {
        @Override
        public ProblemType notFoundType() {
            return ProblemType.DISK_NOT_FOUND;
        }
    }

    /** A page of servers, by the cloud's own parameters. */
    record ServerPage(String projectId, Map<String, String> query) implements CloudQuery {}

    /** A page of disks, by the cloud's own parameters. */
    record DiskPage(String projectId, Map<String, String> query) implements CloudQuery {}
}
