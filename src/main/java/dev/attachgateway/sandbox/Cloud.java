package dev.attachgateway.sandbox;

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
final class Cloud implements Closeable {

    private final Journal journal;
    private final InstantSource clock;
    private final String origin;
    private final SequencedMap<String, Project> projects = new LinkedHashMap<>();
    private final List<Effect> ledger = new ArrayList<>();
    private StuckPeriods stuck = new StuckPeriods();
    private volatile Behaviour behaviour = Behaviour.DEFAULT;

    Cloud(Folder folder, InstantSource clock, String origin) {
        this.journal = Journal.open(folder, "cloud.jsonl");
        this.clock = clock;
        this.origin = origin;
        begin();
        journal.replay(this::apply);
    }

    private void begin() {
        projects.clear();
        Seed.projects().forEach(project -> projects.put(project.id(), project));
        ledger.clear();
        stuck = new StuckPeriods();
        behaviour = Behaviour.DEFAULT;
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
                Effect effect = Effect.from(document);
                ledger.add(effect);
                reach(effect.projectId()).add(effect);
            }
            case "server" -> reach(document.getString("project_id")).addServer(document.getJsonObject("shape"));
            case "volume" -> reach(document.getString("project_id")).addDisk(document.getJsonObject("shape"));
            case "behaviour" -> {
                behaviour = Behaviour.DEFAULT.with(document.getJsonObject("whole"));
                stuck.note(behaviour.stuck(), document.getLong("at"));
            }
            default -> throw new IllegalStateException("unknown line in the sandbox's journal");
        }
    }

    private Project reach(String projectId) {
        return projects.computeIfAbsent(projectId, id -> new Project(id, id));
    }

    /** Milliseconds since the epoch, without the skew of {@link Behaviour#clockSkewMs}. */
    long now() {
        return clock.millis();
    }

    Behaviour behaviour() {
        return behaviour;
    }

    void behave(Behaviour changed) {
        write("behaviour", new JsonObject().put("at", now()).put("whole", changed.toJson()));
    }

    Optional<Project> project(String id) {
        return Optional.ofNullable(projects.get(id));
    }

    List<Project> projects() {
        return List.copyOf(projects.values());
    }

    List<Effect> ledger() {
        return ledger;
    }

    StuckPeriods stuck() {
        return stuck;
    }

    Disks disks(Project project) {
        return new Disks(project, stuck, now(), origin);
    }

    Servers servers(Project project) {
        return new Servers(project, stuck, now());
    }

    void addServer(String projectId, JsonObject server) {
        write("server", new JsonObject().put("project_id", projectId).put("shape", server));
    }

    void addDisk(String projectId, JsonObject disk) {
        write("volume", new JsonObject().put("project_id", projectId).put("shape", disk));
    }

    /** Carries out what the cloud has accepted: from here on it is in the ledger, whatever becomes of the answer. */
    Effect accept(boolean attach, Project project, String serverId, String volumeId) {
        Behaviour now = behaviour;
        Effect effect = new Effect(
                attach,
                project.id(),
                serverId,
                volumeId,
                Ids.fresh(),
                now(),
                attach ? now.attachMs() : now.detachMs(),
                now.evsLagMs(),
                now.serverLagMs(),
                now.failCode(),
                device(project, serverId));
        write("effect", effect.toJson());
        return effect;
    }

    private static String device(Project project, String serverId) {
        return "/dev/sd" + (char) ('b' + project.effectsOnServer(serverId).size() % 25);
    }

    /** Forgets everything but the seed. */
    void reset() {
        journal.clear();
        begin();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
