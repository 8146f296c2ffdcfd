package dev.attachgateway.sandbox.fault;

import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.state.SandboxDirectory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The active faults in matching order; persisted in a file. */
public final class FaultRegistry {

    private static final String FILE = "faults.json";

    private static final int MAX_FAULTS = 1_000;

    private final SandboxDirectory sandboxDirectory;
    private List<Fault> faults;

    public FaultRegistry(SandboxDirectory sandboxDirectory) {
        this.sandboxDirectory = sandboxDirectory;
        this.faults = load(sandboxDirectory);
    }

    private static List<Fault> load(SandboxDirectory sandboxDirectory) {
        try {
            return Files.exists(sandboxDirectory.file(FILE))
                    ? parse(new JsonArray(Files.readString(sandboxDirectory.file(FILE))))
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Fault> parse(JsonArray json) {
        if (json.size() > MAX_FAULTS) {
            throw RejectedCallException.badRequest("At most " + MAX_FAULTS + " faults are allowed.");
        }
        var faults = new ArrayList<Fault>();
        for (Object element : json) {
            if (!(element instanceof JsonObject fault)) {
                throw RejectedCallException.badRequest("Every fault must be an object.");
            }
            faults.add(Fault.fromJson(fault));
        }
        return faults;
    }

    List<Fault> all() {
        return faults;
    }

    void replace(List<Fault> replacement) {
        sandboxDirectory.replaceFile(FILE, Fault.toJson(replacement).encode());
        faults = List.copyOf(replacement);
    }

    /** Returns the first fault that applies to this call and counts it down; null when none applies. */
    @Nullable
    Fault takeMatching(RequestLog.ReceivedCall receivedCall) {
        for (int i = 0; i < faults.size(); i++) {
            Fault fault = faults.get(i);
            if (fault.appliesTo(receivedCall)) {
                countDown(i, fault.afterUse());
                activateWaiting(receivedCall);
                return fault;
            }
        }
        activateWaiting(receivedCall);
        return null;
    }

    /** Activates the faults that wait for this call. */
    private void activateWaiting(RequestLog.ReceivedCall receivedCall) {
        List<Fault> updated =
                faults.stream().map(fault -> fault.afterArrival(receivedCall)).toList();
        if (!updated.equals(faults)) {
            replace(updated);
        }
    }

    private void countDown(int index, @Nullable Fault replacement) {
        if (faults.get(index).equals(replacement)) {
            return;
        }
        var remaining = new ArrayList<Fault>(faults);
        if (replacement == null) {
            remaining.remove(index);
        } else {
            remaining.set(index, replacement);
        }
        replace(remaining);
    }
}
