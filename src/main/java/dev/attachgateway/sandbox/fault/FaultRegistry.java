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

/** The faults in force, in the order in which they are tried; kept in a file. */
public final class FaultRegistry {

    private static final String FILE = "faults.json";

    private static final int MOST = 1_000;

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
        if (json.size() > MOST) {
            throw RejectedCallException.unclear("At most " + MOST + " faults are kept.");
        }
        List<Fault> faults = new ArrayList<>();
        for (Object element : json) {
            if (!(element instanceof JsonObject fault)) {
                throw RejectedCallException.unclear("Every fault must be an object.");
            }
            faults.add(Fault.from(fault));
        }
        return faults;
    }

    List<Fault> all() {
        return faults;
    }

    void replace(List<Fault> replacement) {
        sandboxDirectory.replace(FILE, Fault.toJson(replacement).encode());
        faults = List.copyOf(replacement);
    }

    /** The first fault that befalls this call, counted down; null when none does. */
    @Nullable
    Fault befalling(RequestLog.Arrival arrival) {
        for (int i = 0; i < faults.size(); i++) {
            Fault fault = faults.get(i);
            if (fault.befalls(arrival)) {
                countDown(i, fault.once());
                note(arrival);
                return fault;
            }
        }
        note(arrival);
        return null;
    }

    /** Some faults wait for a call. */
    private void note(RequestLog.Arrival arrival) {
        List<Fault> noted = faults.stream().map(fault -> fault.noting(arrival)).toList();
        if (!noted.equals(faults)) {
            replace(noted);
        }
    }

    private void countDown(int index, @Nullable Fault left) {
        if (faults.get(index).equals(left)) {
            return;
        }
        List<Fault> remaining = new ArrayList<>(faults);
        if (left == null) {
            remaining.remove(index);
        } else {
            remaining.set(index, left);
        }
        replace(remaining);
    }
}
