package dev.attachgateway.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.ConfigProvider;

/** A client of a sandbox's control API: state, requests, faults and behaviour. */
public final class SandboxCloud {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String control;

    /**
     * A client of a sandbox.
     *
     * @param origin without a slash at its end, such as {@code http://localhost:8090}
     */
    public SandboxCloud(String origin) {
        this.control = origin + "/sandbox/control/";
    }

    /** A client of the sandbox that runs in this process. */
    public static SandboxCloud underTest() {
        return new SandboxCloud(ConfigProvider.getConfig().getValue("test.url", String.class));
    }

    /** A fault for calls of one kind; without {@link #times} it lasts until it is replaced. */
    public record Fault(ObjectNode json) {
        private static Fault of(String call, String kind) {
            return new Fault(JSON.createObjectNode().put("call", call).put("kind", kind));
        }

        /** A response with this status and the cloud's default body for it. */
        public static Fault status(String call, int status) {
            return of(call, "status").with("status", JSON.getNodeFactory().numberNode(status));
        }

        /** A response with this status and a body in the format of ModelArts and of the cloud's API gateway. */
        public static Fault status(String call, int status, String code, String message) {
            return status(call, status)
                    .with(
                            "body",
                            JSON.createObjectNode().put("error_code", code).put("error_msg", message));
        }

        /** One of {@code drop}, {@code hang} and {@code garbage}. */
        public static Fault kind(String call, String kind) {
            return of(call, kind);
        }

        public static Fault delay(String call, Duration delay) {
            return of(call, "delay").with("delay_ms", JSON.getNodeFactory().numberNode(delay.toMillis()));
        }

        /** Applies the fault after the call is carried out. */
        public Fault after() {
            return with("when", JSON.getNodeFactory().textNode("after"));
        }

        public Fault times(int times) {
            return with("times", JSON.getNodeFactory().numberNode(times));
        }

        /** Applies the fault only after a call of this kind with the same ids has arrived. */
        public Fault since(String call) {
            return with("since", JSON.getNodeFactory().textNode(call));
        }

        public Fault project(String id) {
            return with("project_id", JSON.getNodeFactory().textNode(id));
        }

        public Fault server(String id) {
            return with("server_id", JSON.getNodeFactory().textNode(id));
        }

        public Fault disk(String id) {
            return with("volume_id", JSON.getNodeFactory().textNode(id));
        }

        /** Sets the response body: an object or a text. */
        public Fault body(JsonNode body) {
            return with("body", body);
        }

        /** Sets a header of the response. */
        public Fault header(String name, String value) {
            var headers = json.has("headers") ? ((ObjectNode) json.get("headers")).deepCopy() : JSON.createObjectNode();
            return with("headers", headers.put(name, value));
        }

        private Fault with(String field, JsonNode value) {
            return new Fault(json.deepCopy().set(field, value));
        }
    }

    /** Restores the seed and removes all faults. */
    public void reset() {
        call("POST", "reset", "");
    }

    public JsonNode state() {
        return call("GET", "state", "");
    }

    /** A disk as EVS shows it now. */
    public JsonNode volume(String id) {
        return find("volumes", id);
    }

    /** A server as ModelArts shows it now. */
    public JsonNode server(String id) {
        return find("servers", id);
    }

    private JsonNode find(String type, String id) {
        return stream(state().path("projects"))
                .flatMap(project -> stream(project.path(type)))
                .filter(item -> item.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id + " in " + type));
    }

    /** The effects that the sandbox carried out, oldest first. */
    public List<JsonNode> ledger() {
        return list("ledger");
    }

    /** The effects on one disk. */
    public List<JsonNode> effects(String disk) {
        return ledger().stream()
                .filter(effect -> effect.path("volume_id").asText().equals(disk))
                .toList();
    }

    /** Every call that arrived, with or without a response. */
    public List<JsonNode> requests() {
        return list("requests");
    }

    /** The write calls that arrived. */
    public List<JsonNode> writes() {
        return list("requests?call=attach&call=detach");
    }

    /** The calls of one kind that named this disk. */
    public List<JsonNode> requests(String call, String disk) {
        return list("requests?call=" + call).stream()
                .filter(request -> request.path("volume_id").asText().equals(disk))
                .toList();
    }

    /** Replaces all faults. */
    public void faults(Fault... faults) {
        var all = JSON.createArrayNode();
        List.of(faults).forEach(fault -> all.add(fault.json()));
        call("PUT", "faults", all.toString());
    }

    /** Changes the sandbox's behaviour; absent fields are unchanged. */
    public void behaviour(Map<String, ?> change) {
        call("PUT", "behaviour", JSON.valueToTree(change).toString());
    }

    /** New running A3 servers in the first project of the seed. */
    public List<String> newServers(int count) {
        return create("servers", count, Map.of());
    }

    public String newServer() {
        return newServers(1).getFirst();
    }

    /** New free disks in the first project of the seed. */
    public List<String> newVolumes(int count) {
        return create("volumes", count, Map.of());
    }

    public String newVolume() {
        return newVolumes(1).getFirst();
    }

    /** A new disk with these EVS fields in place of the defaults. */
    public String newVolume(Map<String, ?> fields) {
        return create("volumes", 1, fields).getFirst();
    }

    /** A new server with these ModelArts fields in place of the defaults. */
    public String newServer(Map<String, ?> fields) {
        return create("servers", 1, fields).getFirst();
    }

    /** A new server of any project, as ModelArts shows it. */
    public JsonNode serverIn(String project) {
        return call(
                        "POST",
                        "servers",
                        JSON.createObjectNode().put("project_id", project).toString())
                .path(0);
    }

    /** A new disk of any project, attached to the given servers, which are as ModelArts shows them. */
    public String volumeIn(String project, JsonNode... servers) {
        var volume = JSON.createObjectNode().put("project_id", project);
        for (var server : servers) {
            volume.withArray("attachments")
                    .addObject()
                    .put("server_id", server.path("cloud_server").path("id").asText());
        }
        return call("POST", "volumes", volume.toString()).path(0).path("id").asText();
    }

    private List<String> create(String type, int count, Map<String, ?> fields) {
        ObjectNode request = JSON.valueToTree(fields);
        return stream(call("POST", type, request.put("count", count).toString()))
                .map(item -> item.path("id").asText())
                .toList();
    }

    private List<JsonNode> list(String path) {
        return stream(call("GET", path, "")).toList();
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private JsonNode call(String method, String path, String body) {
        var request = HttpRequest.newBuilder(URI.create(control + path))
                .timeout(LIMIT)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            var response = HTTP.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(method + " " + path + " is not JSON", e);
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " got no response", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
