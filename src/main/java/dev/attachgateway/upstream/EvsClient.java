package dev.attachgateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.disk.Disk;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.FailureClassifier;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Client of the Elastic Volume Service for reading disks (EVS API reference, "Querying Details About a Disk"). */
@ApplicationScoped
public class EvsClient {
    private final CloudClient cloudClient;
    private final String baseUrl;

    EvsClient(CloudClient cloudClient, UpstreamConfig config) {
        this.cloudClient = cloudClient;
        this.baseUrl = config.evs().url();
    }

    /**
     * Reads a disk; empty if the cloud has no disk with this id.
     *
     * @return fails with a {@link CloudCallException} or a {@link MissingCredentialException}
     */
    public Uni<Optional<Disk>> disk(String projectId, String volumeId) {
        return cloudClient
                .read(CloudService.EVS, projectId, volumesUrl(projectId) + "/" + volumeId)
                .map(cloudResponse ->
                        Optional.of(disk(volumeId, cloudResponse.body().path("volume"))))
                .onFailure(failure -> failure instanceof CloudCallException.Refused refused && refused.isNotFound())
                .recoverWithItem(Optional.empty());
    }

    /**
     * Reads a disk with all fields of the cloud's response (ShowVolume).
     *
     * @return fails with a {@link CloudCallException}, also if the cloud has no disk with this id, or with a
     *     {@link MissingCredentialException}
     */
    public Uni<CloudDocument> diskDocument(String projectId, String volumeId) {
        return cloudClient
                .read(CloudService.EVS, projectId, volumesUrl(projectId) + "/" + volumeId)
                .map(cloudResponse -> CloudDocument.fromResponse(
                        cloudResponse,
                        body -> CloudDocument.hasId(body.path("volume").path("id"), volumeId)));
    }

    /**
     * Reads a page of disks with all fields of the cloud's response (ListVolumes).
     *
     * @param query the query parameters, not URL-encoded
     * @return fails like {@link #diskDocument}
     */
    public Uni<CloudDocument> diskPage(String projectId, Map<String, String> query) {
        return cloudClient
                .read(CloudService.EVS, projectId, volumesUrl(projectId) + "/detail" + CloudDocument.queryString(query))
                .map(cloudResponse -> CloudDocument.fromResponse(
                        cloudResponse, body -> body.path("volumes").isArray()));
    }

    private String volumesUrl(String projectId) {
        return baseUrl + "/v2/" + projectId + "/cloudvolumes";
    }

    private static Disk disk(String id, JsonNode volume) {
        if (!volume.path("status").isTextual() || !CloudDocument.hasId(volume.path("id"), id)) {
            throw FailureClassifier.unreadableResponse(200);
        }
        var attachments = StreamSupport.stream(volume.path("attachments").spliterator(), false)
                .map(attachment -> new Disk.Attachment(
                        attachment.path("server_id").asText().toLowerCase(Locale.ROOT),
                        attachment.path("attachment_id").asText()))
                .toList();
        // `shareable` is the deprecated spelling of `multiattach`, and a string.
        var shareable =
                volume.path("multiattach").asBoolean(volume.path("shareable").asBoolean(false));
        // A string in EVS.
        var bootable = volume.path("bootable").asBoolean(false);
        return new Disk(id, volume.path("status").asText(), shareable, bootable, attachments);
    }
}
