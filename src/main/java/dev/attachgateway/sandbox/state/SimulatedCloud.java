package dev.attachgateway.sandbox.state;

import dev.attachgateway.sandbox.http.SandboxIds;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * State of the simulated cloud: the seed, added documents, changes of behaviour, and the ledger of effects.
 *
 * <p>Everything but the seed is written to one journal first and the documents of an instant are computed from it, so a
 * killed process loses nothing. Used by one thread at a time, except {@link #behaviour} and {@link #now}.
 */
public final class SimulatedCloud implements Closeable {

    private final JsonLinesJournal journal;
    private final InstantSource clock;
    private final String origin;
    private final SequencedMap<String, Project> projects = new LinkedHashMap<>();
    private final List<LedgerEntry> ledger = new ArrayList<>();
    private StuckPeriods stuckPeriods = new StuckPeriods();
    private volatile CloudBehaviour behaviour = CloudBehaviour.DEFAULT;

    public SimulatedCloud(SandboxDirectory sandboxDirectory, InstantSource clock, String origin) {
        this.journal = JsonLinesJournal.open(sandboxDirectory, "cloud.jsonl");
        this.clock = clock;
        this.origin = origin;
        loadSeed();
        journal.replay(this::apply);
    }

    private void loadSeed() {
        projects.clear();
        SeedData.createProjects().forEach(project -> projects.put(project.id(), project));
        ledger.clear();
        stuckPeriods = new StuckPeriods();
        behaviour = CloudBehaviour.DEFAULT;
    }

    private void appendAndApply(String kind, JsonObject document) {
        var line = new JsonObject().put("kind", kind).put("document", document);
        journal.append(line);
        apply(line);
    }

    private void apply(JsonObject line) {
        JsonObject document = line.getJsonObject("document");
        switch (line.getString("kind")) {
            case "effect" -> {
                var ledgerEntry = LedgerEntry.fromJson(document);
                ledger.add(ledgerEntry);
                getOrCreateProject(ledgerEntry.projectId()).addEntry(ledgerEntry);
            }
            case "server" ->
                getOrCreateProject(document.getString("project_id")).addServer(document.getJsonObject("shape"));
            case "volume" ->
                getOrCreateProject(document.getString("project_id")).addDisk(document.getJsonObject("shape"));
            case "behaviour" -> {
                behaviour = CloudBehaviour.DEFAULT.withChanges(document.getJsonObject("whole"));
                stuckPeriods.recordChange(behaviour.stuck(), document.getLong("at"));
            }
            default -> throw new IllegalStateException("unknown kind of line in the sandbox's journal");
        }
    }

    private Project getOrCreateProject(String projectId) {
        return projects.computeIfAbsent(projectId, id -> new Project(id, id));
    }

    /** Milliseconds since the epoch, without the skew of {@link CloudBehaviour#clockSkewMs}. */
    public long now() {
        return clock.millis();
    }

    public CloudBehaviour behaviour() {
        return behaviour;
    }

    /** Replaces the behaviour for operations accepted from now on. */
    public void setBehaviour(CloudBehaviour changed) {
        appendAndApply("behaviour", new JsonObject().put("at", now()).put("whole", changed.toJson()));
    }

    /** Returns the project with this id. */
    public Optional<Project> project(String id) {
        return Optional.ofNullable(projects.get(id));
    }

    /** Returns all projects in order of creation. */
    public List<Project> projects() {
        return List.copyOf(projects.values());
    }

    /** Returns all effects in order of acceptance. */
    public List<LedgerEntry> ledger() {
        return ledger;
    }

    public StuckPeriods stuckPeriods() {
        return stuckPeriods;
    }

    /** Returns the disks of a project at this instant. */
    public DiskView diskView(Project project) {
        return new DiskView(project, stuckPeriods, now(), origin);
    }

    /** Returns the servers of a project at this instant. */
    public ServerView serverView(Project project) {
        return new ServerView(project, stuckPeriods, now());
    }

    /** Adds a server; creates the project when absent. */
    public void addServer(String projectId, JsonObject server) {
        appendAndApply("server", new JsonObject().put("project_id", projectId).put("shape", server));
    }

    /** Adds a disk; creates the project when absent. */
    public void addDisk(String projectId, JsonObject disk) {
        appendAndApply("volume", new JsonObject().put("project_id", projectId).put("shape", disk));
    }

    /** Accepts an operation: it is in the ledger from here on, even when its response is lost. */
    public LedgerEntry acceptOperation(boolean attach, Project project, String serverId, String volumeId) {
        CloudBehaviour current = behaviour;
        var ledgerEntry = new LedgerEntry(
                attach,
                project.id(),
                serverId,
                volumeId,
                SandboxIds.randomUuid(),
                now(),
                attach ? current.attachMs() : current.detachMs(),
                current.evsLagMs(),
                current.serverLagMs(),
                current.failCode(),
                nextDeviceName(project, serverId));
        appendAndApply("effect", ledgerEntry.toJson());
        return ledgerEntry;
    }

    private static String nextDeviceName(Project project, String serverId) {
        return "/dev/sd" + (char) ('b' + project.entriesOfServer(serverId).size() % 25);
    }

    /** Deletes everything but the seed. */
    public void reset() {
        journal.clear();
        loadSeed();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
