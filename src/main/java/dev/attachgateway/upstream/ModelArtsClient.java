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

/** Client of ModelArts Lite Server: attach, detach and reads (ModelArts API reference, "DevServer Management"). */
@ApplicationScoped
public class ModelArtsClient {
    /** Ids that are safe in a URL path without encoding; the cloud's own ids are UUIDs. */
    private static final Pattern ID_FORMAT = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final int SERVER_PAGE_SIZE = 500;
    private static final int MAX_SERVER_PAGES = 10;

    private final CloudClient cloudClient;
    private final String baseUrl;

    ModelArtsClient(CloudClient cloudClient, UpstreamConfig config) {
        this.cloudClient = cloudClient;
        this.baseUrl = config.modelarts().url();
    }

    /**
     * Sends an attach (AttachDevServerVolume); retries it only after attempts that certainly did not start.
     *
     * @return the accepted operation; fails with a {@link CloudCallException}, whose type states whether the request
     *     may be sent again, or with a {@link MissingCredentialException}
     */
    public Uni<AcceptedOperation> attach(String projectId, String serverId, String volumeId, SendOptions sendOptions) {
        var body = JsonNodeFactory.instance.objectNode().put("volume_id", volumeId);
        var url = serverUrl(projectId, serverId) + "/attachvolume";
        return cloudClient
                .write(
                        CloudService.MODELARTS,
                        projectId,
                        HttpMethod.POST,
                        url,
                        Buffer.buffer(body.toString()),
                        sendOptions)
                .map(ModelArtsClient::toAcceptedOperation);
    }

    /**
     * Sends a detach (DetachDevServerVolume), with the same retries as {@link #attach}.
     *
     * @return the accepted operation; fails like {@link #attach}
     */
    public Uni<AcceptedOperation> detach(String projectId, String serverId, String volumeId, SendOptions sendOptions) {
        var url = serverUrl(projectId, serverId) + "/detachvolume/" + volumeId;
        return cloudClient
                .write(CloudService.MODELARTS, projectId, HttpMethod.DELETE, url, null, sendOptions)
                .map(ModelArtsClient::toAcceptedOperation);
    }

    private static AcceptedOperation toAcceptedOperation(CloudResponse cloudResponse) {
        var id = cloudResponse.body().path("operation_id");
        if (!id.isTextual() || !ID_FORMAT.matcher(id.textValue()).matches()) {
            throw FailureClassifier.unreadableResponse(cloudResponse.status());
        }
        return new AcceptedOperation(id.textValue(), CloudOperationStatus.parse(cloudResponse.body()));
    }

    /**
     * Reads an operation of the cloud (ShowServerOperation). A response about another operation is unreadable.
     *
     * @return fails with a {@link CloudCallException} or a {@link MissingCredentialException}
     */
    public Uni<OperationProgress> operation(String projectId, String serverId, String operationId) {
        return cloudClient
                .read(CloudService.MODELARTS, projectId, serverUrl(projectId, serverId) + "/operation/" + operationId)
                .map(cloudResponse -> {
                    if (!CloudDocument.hasId(cloudResponse.body().path("operation_id"), operationId)) {
                        throw FailureClassifier.unreadableResponse(cloudResponse.status());
                    }
                    var error = cloudResponse.body().path("operation_error");
                    return new OperationProgress(
                            CloudOperationStatus.parse(cloudResponse.body()),
                            sanitizedText(error.path("code")),
                            sanitizedText(error.path("message")));
                });
    }

    /**
     * Reads a server (ShowDevServer); empty if the cloud has no server with this id.
     *
     * @return fails with a {@link CloudCallException} or a {@link MissingCredentialException}
     */
    public Uni<Optional<LiteServer>> server(String projectId, String serverId) {
        return cloudClient
                .read(CloudService.MODELARTS, projectId, serverUrl(projectId, serverId))
                .map(cloudResponse -> Optional.of(server(serverId, cloudResponse.body())))
                .onFailure(ModelArtsClient::isNotFound)
                .recoverWithItem(Optional.empty());
    }

    /**
     * Reads a server with all fields of the cloud's response (ShowDevServer).
     *
     * @return fails with a {@link CloudCallException}, also if the cloud has no server with this id, or with a
     *     {@link MissingCredentialException}
     */
    public Uni<CloudDocument> serverDocument(String projectId, String serverId) {
        return cloudClient
                .read(CloudService.MODELARTS, projectId, serverUrl(projectId, serverId))
                .map(cloudResponse -> CloudDocument.fromResponse(
                        cloudResponse, body -> CloudDocument.hasId(body.path("id"), serverId)));
    }

    /**
     * Reads a page of servers with all fields of the cloud's response (ListDevServers).
     *
     * @param query the query parameters, not URL-encoded
     * @return fails like {@link #serverDocument}
     */
    public Uni<CloudDocument> serverPage(String projectId, Map<String, String> query) {
        return cloudClient
                .read(CloudService.MODELARTS, projectId, serversUrl(projectId) + CloudDocument.queryString(query))
                .map(cloudResponse -> CloudDocument.fromResponse(
                        cloudResponse, body -> body.path("data").isArray()));
    }

    private static @Nullable String sanitizedText(JsonNode node) {
        return node.isTextual() ? CloudResponse.sanitize(node.textValue()) : null;
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof CloudCallException.Refused refused && refused.isNotFound();
    }

    private String serverUrl(String projectId, String serverId) {
        return serversUrl(projectId) + "/" + serverId;
    }

    private String serversUrl(String projectId) {
        return baseUrl + "/v1/" + projectId + "/dev-servers";
    }

    private static LiteServer server(String id, JsonNode body) {
        if (!body.path("status").isTextual() || !CloudDocument.hasId(body.path("id"), id)) {
            throw FailureClassifier.unreadableResponse(200);
        }
        var cloudServer = body.path("cloud_server");
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
                allIds(id, body),
                volumes);
    }

    /**
     * It is not documented which of its ids EVS uses for a server, so an attachment under any of them counts. The hps_id is
     * not one of them: the servers of a supernode share it.
     */
    private static Set<String> allIds(String id, JsonNode server) {
        var ids = new HashSet<>(Set.of(id.toLowerCase(Locale.ROOT)));
        Stream.of("id", "hps_ecs_id")
                .map(server.path("cloud_server")::path)
                .filter(JsonNode::isTextual)
                .forEach(otherId -> ids.add(otherId.textValue().toLowerCase(Locale.ROOT)));
        return ids;
    }

    /**
     * The ids of all other servers of the project, each under every id that EVS may use (ListDevServers).
     *
     * @return fails like {@link #serverPage}, and also if the project has more servers than {@value #MAX_SERVER_PAGES} pages
     */
    public Uni<Set<String>> idsOfOtherServers(String projectId, String serverId) {
        return addIdsOfOtherServers(projectId, serverId, 0, new HashSet<>());
    }

    private Uni<Set<String>> addIdsOfOtherServers(String projectId, String serverId, int page, Set<String> ids) {
        if (page >= MAX_SERVER_PAGES) {
            return Uni.createFrom().failure(FailureClassifier.unreadableResponse(200));
        }
        var query =
                Map.of("limit", String.valueOf(SERVER_PAGE_SIZE), "offset", String.valueOf(page * SERVER_PAGE_SIZE));
        return serverPage(projectId, query).flatMap(document -> {
            var servers = document.body().path("data");
            servers.forEach(server -> {
                if (!CloudDocument.hasId(server.path("id"), serverId)) {
                    ids.addAll(allIds(server.path("id").asText(), server));
                }
            });
            return servers.size() < SERVER_PAGE_SIZE
                    ? Uni.createFrom().item(ids)
                    : addIdsOfOtherServers(projectId, serverId, page + 1, ids);
        });
    }

    /**
     * The cloud's acceptance of an attach or detach.
     *
     * @param operationId the id of the cloud's operation, usable for polling only
     * @param status the status at acceptance
     */
    public record AcceptedOperation(String operationId, CloudOperationStatus status) {}

    /**
     * The progress of an operation of the cloud.
     *
     * @param errorCode the cloud's error code; its presence alone does not mean failure
     */
    public record OperationProgress(
            CloudOperationStatus status,
            @Nullable String errorCode,
            @Nullable String errorMessage) {}

    /** The cloud's {@code operation_status}. */
    public enum CloudOperationStatus {
        PENDING,
        RUNNING,
        SUCCESS,
        FAILED,
        /** A word that is not documented, or none: it proves neither progress nor an end. */
        UNKNOWN;

        /** Whether the operation is shown as running: an unknown word may mean anything but an end. */
        public boolean isShownAsRunning() {
            return this == RUNNING || this == UNKNOWN;
        }

        static CloudOperationStatus parse(JsonNode body) {
            return switch (body.path("operation_status").asText().toLowerCase(Locale.ROOT)) {
                case "pending" -> PENDING;
                case "running" -> RUNNING;
                case "success" -> SUCCESS;
                case "failed" -> FAILED;
                default -> UNKNOWN;
            };
        }
    }
}
