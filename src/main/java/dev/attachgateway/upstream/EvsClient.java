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

/** Elastic Volume Service, as far as attaching disks needs it (EVS API reference, "Querying Details About a Disk"). */
@ApplicationScoped
public class EvsClient {
    private final CloudClient cloud;
    private final String base;

    EvsClient(CloudClient cloud, UpstreamConfig config) {
        this.cloud = cloud;
        this.base = config.evs().url();
    }

    /** Reads a disk; empty when the cloud knows none by this id. */
    public Uni<Optional<Disk>> disk(String projectId, String volumeId) {
        return cloud.read(CloudService.EVS, projectId, volumes(projectId) + "/" + volumeId)
                .map(cloudResponse ->
                        Optional.of(disk(volumeId, cloudResponse.body().path("volume"))))
                .onFailure(failure -> failure instanceof CloudCallException.Refused refused && refused.isNotFound())
                .recoverWithItem(Optional.empty());
    }

    /**
     * A disk as the cloud shows it, every field of it (ShowVolume).
     *
     * @return fails with an {@link CloudCallException}, also when the cloud knows none by this id, or with {@link MissingCredentialException}
     */
    public Uni<CloudDocument> shown(String projectId, String volumeId) {
        return cloud.read(CloudService.EVS, projectId, volumes(projectId) + "/" + volumeId)
                .map(cloudResponse -> CloudDocument.of(
                        cloudResponse, body -> body.path("volume").path("id").isTextual()));
    }

    /**
     * A page of disks as the cloud shows it (ListVolumes).
     *
     * @param query the call's parameters, not encoded
     * @return fails as {@link #shown} does
     */
    public Uni<CloudDocument> listed(String projectId, Map<String, String> query) {
        return cloud.read(CloudService.EVS, projectId, volumes(projectId) + "/detail" + CloudDocument.query(query))
                .map(cloudResponse -> CloudDocument.of(
                        cloudResponse, body -> body.path("volumes").isArray()));
    }

    private String volumes(String projectId) {
        return base + "/v2/" + projectId + "/cloudvolumes";
    }

    private static Disk disk(String id, JsonNode volume) {
        if (!volume.path("status").isTextual()) {
            throw FailureClassifier.unreadable(200);
        }
        var attachments = StreamSupport.stream(volume.path("attachments").spliterator(), false)
                .map(hold -> new Disk.Attachment(
                        hold.path("server_id").asText().toLowerCase(Locale.ROOT),
                        hold.path("attachment_id").asText()))
                .toList();
        // `shareable` is the deprecated spelling of `multiattach`, and a string.
        var shareable =
                volume.path("multiattach").asBoolean(volume.path("shareable").asBoolean(false));
        return new Disk(id, volume.path("status").asText(), shareable, attachments);
    }
}
