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

/** A look behind one practice cloud, and the switches that make it behave. */
public final class SandboxCloud {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String control;

    /**
     * A practice cloud.
     *
     * @param origin without a slash at its end, such as {@code http://localhost:8090}
     */
    public SandboxCloud(String origin) {
        this.control = origin + "/sandbox/control/";
    }

    /** The practice cloud in the gateway that runs in this process. */
    public static SandboxCloud underTest() {
        return new SandboxCloud(ConfigProvider.getConfig().getValue("test.url", String.class));
    }

    /** Trouble for calls of one kind; without {@link #times} it lasts until it is replaced. */
    public record Fault(ObjectNode json) {
        private static Fault of(String call, String kind) {
            return new Fault(JSON.createObjectNode().put("call", call).put("kind", kind));
        }

        /** {@code status}, with the envelope that the cloud has for it. */
        public static Fault status(String call, int status) {
            return of(call, "status").with("status", JSON.getNodeFactory().numberNode(status));
        }

        /** {@code status}, in the envelope of ModelArts and of the gateway in front of the cloud. */
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

        /** The call is carried out first. */
        public Fault after() {
            return with("when", JSON.getNodeFactory().textNode("after"));
        }

        public Fault times(int times) {
            return with("times", JSON.getNodeFactory().numberNode(times));
        }

        /** It befalls nothing before a call of this kind with the same ids has arrived. */
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

        /** An answer's body in the fault's own words: an object or a text. */
        public Fault body(JsonNode body) {
            return with("body", body);
        }

        private Fault with(String field, JsonNode value) {
            return new Fault(json.deepCopy().set(field, value));
        }
    }

    /** The seed again, and no faults. */
    public void reset() {
        call("POST", "reset", "");
    }

    public JsonNode state() {
        return call("GET", "state", "");
    }

    /** A disk as EVS shows it now. */
    public JsonNode volume(String id) {
        return shown("volumes", id);
    }

    /** A server as ModelArts shows it now. */
    public JsonNode server(String id) {
        return shown("servers", id);
    }

    private JsonNode shown(String what, String id) {
        return stream(state().path("projects"))
                .flatMap(project -> stream(project.path(what)))
                .filter(each -> each.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("none of the " + what + " is " + id));
    }

    /** What really happened, oldest first. */
    public List<JsonNode> ledger() {
        return list("ledger");
    }

    /** What really happened to one disk. */
    public List<JsonNode> effects(String disk) {
        return ledger().stream()
                .filter(effect -> effect.path("volume_id").asText().equals(disk))
                .toList();
    }

    /** Every call that arrived, answered or not. */
    public List<JsonNode> requests() {
        return list("requests");
    }

    /** The calls that were to change something. */
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

    /** Changes how it behaves; a field that is not named stays as it is. */
    public void behaviour(Map<String, ?> change) {
        call("PUT", "behaviour", JSON.valueToTree(change).toString());
    }

    /** New running A3 servers in the first project of the seed. */
    public List<String> newServers(int count) {
        return made("servers", count, Map.of());
    }

    public String newServer() {
        return newServers(1).getFirst();
    }

    /** New free disks in the first project of the seed. */
    public List<String> newVolumes(int count) {
        return made("volumes", count, Map.of());
    }

    public String newVolume() {
        return newVolumes(1).getFirst();
    }

    /** A new disk with these fields of EVS in place of the usual ones. */
    public String newVolume(Map<String, ?> fields) {
        return made("volumes", 1, fields).getFirst();
    }

    /** A new server with these fields of ModelArts in place of the usual ones. */
    public String newServer(Map<String, ?> fields) {
        return made("servers", 1, fields).getFirst();
    }

    /** A new server of any project, as ModelArts shows it. */
    public JsonNode serverIn(String project) {
        return call(
                        "POST",
                        "servers",
                        JSON.createObjectNode().put("project_id", project).toString())
                .path(0);
    }

    /** A new disk of any project; on a server from the beginning when one is given as ModelArts shows it. */
    public String volumeIn(String project, JsonNode... servers) {
        var wish = JSON.createObjectNode().put("project_id", project);
        for (var server : servers) {
            wish.withArray("attachments")
                    .addObject()
                    .put("server_id", server.path("cloud_server").path("id").asText());
        }
        return call("POST", "volumes", wish.toString()).path(0).path("id").asText();
    }

    private List<String> made(String what, int count, Map<String, ?> fields) {
        ObjectNode wish = JSON.valueToTree(fields);
        return stream(call("POST", what, wish.put("count", count).toString()))
                .map(each -> each.path("id").asText())
                .toList();
    }

    private List<JsonNode> list(String what) {
        return stream(call("GET", what, "")).toList();
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
            throw new AssertionError(method + " " + path + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
