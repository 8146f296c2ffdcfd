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
 * The practice cloud's memory: the seed, documents added to it, changes of behaviour, and the ledger of effects.
 *
 * <p>Everything but the seed is in one journal and written there first; what is shown at an instant is computed from
 * it, so a killed process loses nothing. Used by one thread at a time, except {@link #behaviour} and {@link #now}.
 */
public final class SimulatedCloud implements Closeable {

    private final JsonLinesJournal journal;
    private final InstantSource clock;
    private final String origin;
    private final SequencedMap<String, Project> projects = new LinkedHashMap<>();
    private final List<LedgerEntry> ledger = new ArrayList<>();
    private StuckPeriods stuck = new StuckPeriods();
    private volatile CloudBehaviour behaviour = CloudBehaviour.DEFAULT;

    public SimulatedCloud(SandboxDirectory sandboxDirectory, InstantSource clock, String origin) {
        this.journal = JsonLinesJournal.open(sandboxDirectory, "cloud.jsonl");
        this.clock = clock;
        this.origin = origin;
        begin();
        journal.replay(this::apply);
    }

    private void begin() {
        projects.clear();
        SeedData.projects().forEach(project -> projects.put(project.id(), project));
        ledger.clear();
        stuck = new StuckPeriods();
        behaviour = CloudBehaviour.DEFAULT;
    }

    private void write(String kind, JsonObject document) {
        JsonObject line = new JsonObject().put("kind", kind).put("document", document);
        journal.append(line);
        apply(line);
    }

    private void apply(JsonObject line) {
        JsonObject document = line.getJsonObject("document");
        switch (line.getString("kind")) {
            case "effect" -> {
                LedgerEntry ledgerEntry = LedgerEntry.from(document);
                ledger.add(ledgerEntry);
                reach(ledgerEntry.projectId()).add(ledgerEntry);
            }
            case "server" -> reach(document.getString("project_id")).addServer(document.getJsonObject("shape"));
            case "volume" -> reach(document.getString("project_id")).addDisk(document.getJsonObject("shape"));
            case "behaviour" -> {
                behaviour = CloudBehaviour.DEFAULT.with(document.getJsonObject("whole"));
                stuck.note(behaviour.stuck(), document.getLong("at"));
            }
            default -> throw new IllegalStateException("unknown line in the sandbox's journal");
        }
    }

    private Project reach(String projectId) {
        return projects.computeIfAbsent(projectId, id -> new Project(id, id));
    }

    /** Milliseconds since the epoch, without the skew of {@link CloudBehaviour#clockSkewMs}. */
    public long now() {
        return clock.millis();
    }

    public CloudBehaviour behaviour() {
        return behaviour;
    }

    public void behave(CloudBehaviour changed) {
        write("behaviour", new JsonObject().put("at", now()).put("whole", changed.toJson()));
    }

    public Optional<Project> project(String id) {
        return Optional.ofNullable(projects.get(id));
    }

    public List<Project> projects() {
        return List.copyOf(projects.values());
    }

    public List<LedgerEntry> ledger() {
        return ledger;
    }

    public StuckPeriods stuck() {
        return stuck;
    }

    public DiskView disks(Project project) {
        return new DiskView(project, stuck, now(), origin);
    }

    public ServerView servers(Project project) {
        return new ServerView(project, stuck, now());
    }

    public void addServer(String projectId, JsonObject server) {
        write("server", new JsonObject().put("project_id", projectId).put("shape", server));
    }

    public void addDisk(String projectId, JsonObject disk) {
        write("volume", new JsonObject().put("project_id", projectId).put("shape", disk));
    }

    /** Carries out what the cloud has accepted: from here on it is in the ledger, whatever becomes of the answer. */
    public LedgerEntry accept(boolean attach, Project project, String serverId, String volumeId) {
        CloudBehaviour now = behaviour;
        LedgerEntry ledgerEntry = new LedgerEntry(
                attach,
                project.id(),
                serverId,
                volumeId,
                SandboxIds.fresh(),
                now(),
                attach ? now.attachMs() : now.detachMs(),
                now.evsLagMs(),
                now.serverLagMs(),
                now.failCode(),
                device(project, serverId));
        write("effect", ledgerEntry.toJson());
        return ledgerEntry;
    }

    private static String device(Project project, String serverId) {
        return "/dev/sd" + (char) ('b' + project.effectsOnServer(serverId).size() % 25);
    }

    /** Forgets everything but the seed. */
    public void reset() {
        journal.clear();
        begin();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
