package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What the practice cloud holds before anything happened to it. */
final class SeedData {

    private SeedData() {}

    /** Fresh copies of the seed's projects, in its order. */
    static List<Project> projects() {
        List<Project> projects = new ArrayList<>();
        for (Object element : DocumentTemplates.resource("/sandbox/seed.json").getJsonArray("projects")) {
            projects.add(project((JsonObject) element));
        }
        return projects;
    }

    private static Project project(JsonObject seeded) {
        Project project = new Project(seeded.getString("id"), seeded.getString("name"));
        for (Object element : seeded.getJsonArray("servers")) {
            JsonObject overrides = ((JsonObject) element).copy();
            String rootDisk = (String) overrides.remove("root_disk");
            JsonObject server = ServerTemplates.server(overrides);
            project.addServer(server);
            project.addDisk(DiskTemplates.disk(project.id(), ServerTemplates.rootDisk(server, rootDisk)));
        }
        for (Object element : seeded.getJsonArray("volumes")) {
            project.addDisk(DiskTemplates.disk(project.id(), (JsonObject) element));
        }
        return project;
    }
}
