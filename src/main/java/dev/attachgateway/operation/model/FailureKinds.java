package dev.attachgateway.operation.model;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.attachgateway.problem.type.ProblemType;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The problem types that an operation can fail with, and their names in stored failures and in metrics. The names are older
 * than the problem types, and rows of earlier versions contain them, so they never change.
 */
public final class FailureKinds {
    private static final Map<ProblemType, String> NAMES = Map.ofEntries(
            entry(ProblemType.SERVER_NOT_FOUND, "SERVER_NOT_FOUND"),
            entry(ProblemType.DISK_NOT_FOUND, "DISK_NOT_FOUND"),
            entry(ProblemType.UNSUPPORTED_SERVER_TYPE, "SERVER_KIND"),
            entry(ProblemType.SERVER_STATE, "SERVER_STATE"),
            entry(ProblemType.DISK_ALREADY_ATTACHED, "DISK_ALREADY_HERE"),
            entry(ProblemType.DISK_IN_USE, "DISK_IN_USE"),
            entry(ProblemType.DISK_STATE, "DISK_STATE"),
            entry(ProblemType.DISK_NOT_ATTACHED, "DISK_NOT_HERE"),
            entry(ProblemType.ROOT_DISK, "ROOT_DISK"),
            entry(ProblemType.NOT_GRANTED, "NOT_GRANTED"),
            entry(ProblemType.CANCELLED, "CANCELLED"),
            entry(ProblemType.RELEASED, "RELEASED"),
            entry(ProblemType.ROLLED_BACK, "UNDONE"),
            entry(ProblemType.CLOUD_REFUSED, "REFUSED"),
            entry(ProblemType.CLOUD_CREDENTIAL, "CREDENTIAL"),
            entry(ProblemType.CLOUD_FAILED, "FAILED_LATER"),
            entry(ProblemType.CLOUD_NOT_READABLE, "NOT_CHECKED"),
            entry(ProblemType.NOT_SENT, "NOT_SENT"));

    private static final Map<String, ProblemType> TYPES =
            NAMES.entrySet().stream().collect(toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private FailureKinds() {}

    /** All problem types that an operation can fail with. */
    public static Set<ProblemType> types() {
        return NAMES.keySet();
    }

    /** The stored name of a problem type. */
    public static String nameOf(ProblemType type) {
        return required(NAMES.get(type), type);
    }

    /** The problem type of a stored name. */
    public static ProblemType typeOf(String name) {
        return required(TYPES.get(name), name);
    }

    private static <T> T required(@Nullable T found, Object key) {
        if (found == null) {
            throw new IllegalStateException(key + " is not a kind of failure");
        }
        return found;
    }
}
