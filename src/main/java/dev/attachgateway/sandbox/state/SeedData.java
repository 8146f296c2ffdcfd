package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Initial state of the simulated cloud. */
final class SeedData {

    private SeedData() {}

    /** Returns new copies of the seed's projects, in its order. */
    static List<Project> createProjects() {
        var projects = new ArrayList<Project>();
        for (Object element :
                DocumentTemplates.readJsonResource("/sandbox/seed.json").getJsonArray("projects")) {
            projects.add(createProject((JsonObject) element));
        }
        return projects;
    }

    private static Project createProject(JsonObject seed) {
        var project = new Project(seed.getString("id"), seed.getString("name"));
        for (Object element : seed.getJsonArray("servers")) {
            JsonObject overrides = ((JsonObject) element).copy();
            String rootDisk = (String) overrides.remove("root_disk");
            JsonObject server = ServerTemplates.newServer(overrides);
            project.addServer(server);
            project.addDisk(DiskTemplates.newDisk(project.id(), ServerTemplates.rootDiskOverrides(server, rootDisk)));
        }
        for (Object element : seed.getJsonArray("volumes")) {
            project.addDisk(DiskTemplates.newDisk(project.id(), (JsonObject) element));
        }
        return project;
    }
}
