package dev.attachgateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.FailureClassifier;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** ModelArts Lite Server, as far as attaching disks needs it (ModelArts API reference, "DevServer Management"). */
@ApplicationScoped
public class ModelArtsClient {
    /** What may stand in an address as it is; the cloud's own are UUIDs. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final CloudClient cloud;
    private final String base;

    ModelArtsClient(CloudClient cloud, UpstreamConfig config) {
        this.cloud = cloud;
        this.base = config.modelarts().url();
    }

    /**
     * Sends an attach (AttachDevServerVolume), at most once for each time that it surely did not begin.
     *
     * @return what the cloud accepted; fails with an {@link CloudCallException} that says whether it may be sent again, or with
     *     {@link MissingCredentialException}
     */
    public Uni<Accepted> attach(String projectId, String serverId, String volumeId, SendOptions send) {
        var body = JsonNodeFactory.instance.objectNode().put("volume_id", volumeId);
        var url = serverUrl(projectId, serverId) + "/attachvolume";
        return cloud.write(
                        CloudService.MODELARTS, projectId, HttpMethod.POST, url, Buffer.buffer(body.toString()), send)
                .map(ModelArtsClient::accepted);
    }

    /**
     * Sends a detach (DetachDevServerVolume), in the same way.
     *
     * @return what the cloud accepted; fails as {@link #attach} does
     */
    public Uni<Accepted> detach(String projectId, String serverId, String volumeId, SendOptions send) {
        var url = serverUrl(projectId, serverId) + "/detachvolume/" + volumeId;
        return cloud.write(CloudService.MODELARTS, projectId, HttpMethod.DELETE, url, null, send)
                .map(ModelArtsClient::accepted);
    }

    private static Accepted accepted(CloudResponse cloudResponse) {
        var id = cloudResponse.body().path("operation_id");
        if (!id.isTextual() || !ID.matcher(id.textValue()).matches()) {
            throw FailureClassifier.unreadable(cloudResponse.status());
        }
        return new Accepted(id.textValue(), Word.of(cloudResponse.body()));
    }

    /** Reads an operation of the cloud (ShowServerOperation). */
    public Uni<Progress> operation(String projectId, String serverId, String operationId) {
        return cloud.read(
                        CloudService.MODELARTS, projectId, serverUrl(projectId, serverId) + "/operation/" + operationId)
                .map(cloudResponse -> {
                    var error = cloudResponse.body().path("operation_error");
                    return new Progress(
                            Word.of(cloudResponse.body()), text(error.path("code")), text(error.path("message")));
                });
    }

    /** Reads a server (ShowDevServer); empty when the cloud knows none by this id. */
    public Uni<Optional<LiteServer>> server(String projectId, String serverId) {
        return cloud.read(CloudService.MODELARTS, projectId, serverUrl(projectId, serverId))
                .map(cloudResponse -> Optional.of(server(serverId, cloudResponse.body())))
                .onFailure(ModelArtsClient::isUnknown)
                .recoverWithItem(Optional.empty());
    }

    /**
     * A server as the cloud shows it, every field of it (ShowDevServer).
     *
     * @return fails with an {@link CloudCallException}, also when the cloud knows none by this id, or with {@link MissingCredentialException}
     */
    public Uni<CloudDocument> shown(String projectId, String serverId) {
        return cloud.read(CloudService.MODELARTS, projectId, serverUrl(projectId, serverId))
                .map(cloudResponse ->
                        CloudDocument.of(cloudResponse, body -> body.path("id").isTextual()));
    }

    /**
     * A page of servers as the cloud shows it (ListDevServers).
     *
     * @param query the call's parameters, not encoded
     * @return fails as {@link #shown} does
     */
    public Uni<CloudDocument> listed(String projectId, Map<String, String> query) {
        return cloud.read(CloudService.MODELARTS, projectId, serversUrl(projectId) + CloudDocument.query(query))
                .map(cloudResponse -> CloudDocument.of(
                        cloudResponse, body -> body.path("data").isArray()));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() ? CloudResponse.clean(node.textValue()) : null;
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof CloudCallException.Refused refused && refused.isNotFound();
    }

    private String serverUrl(String projectId, String serverId) {
        return serversUrl(projectId) + "/" + serverId;
    }

    private String serversUrl(String projectId) {
        return base + "/v1/" + projectId + "/dev-servers";
    }

    private static LiteServer server(String id, JsonNode body) {
        if (!body.path("status").isTextual()) {
            throw FailureClassifier.unreadable(200);
        }
        var cloudServer = body.path("cloud_server");
        // Which of its ids EVS uses for a server is not documented, so a disk held under any of them is held here.
        var knownAs = new HashSet<>(Set.of(id));
        Stream.of("id", "hps_ecs_id", "hps_id")
                .map(cloudServer::path)
                .filter(JsonNode::isTextual)
                .forEach(known -> knownAs.add(known.textValue().toLowerCase(Locale.ROOT)));
        var volumes = StreamSupport.stream(body.path("volumes").spliterator(), false)
                .map(volume -> new LiteServer.Volume(
                        volume.path("evs_id").asText().toLowerCase(Locale.ROOT),
                        volume.path("type").textValue()))
                .toList();
        return new LiteServer(
                id,
                body.path("status").asText(),
                cloudServer.path("type").textValue(),
                body.path("category").textValue(),
                knownAs,
                volumes);
    }

    /**
     * The cloud took the request.
     *
     * @param operationId the cloud's own id, good for polling only
     * @param word its status at that moment
     */
    public record Accepted(String operationId, Word word) {}

    /**
     * How far the cloud's operation is.
     *
     * @param errorCode the cloud's code; its presence alone does not mean failure
     */
    public record Progress(
            Word word, @Nullable String errorCode, @Nullable String errorMessage) {}

    /** The cloud's {@code operation_status}; an unknown word is taken for "not at its end". */
    public enum Word {
        PENDING,
        RUNNING,
        SUCCESS,
        FAILED;

        static Word of(JsonNode body) {
            return switch (body.path("operation_status").asText().toLowerCase(Locale.ROOT)) {
                case "pending" -> PENDING;
                case "success" -> SUCCESS;
                case "failed" -> FAILED;
                default -> RUNNING;
            };
        }
    }
}
