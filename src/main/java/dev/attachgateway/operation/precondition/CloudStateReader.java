package dev.attachgateway.operation.precondition;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.AttachmentsJson;
import dev.attachgateway.upstream.EvsClient;
import dev.attachgateway.upstream.ModelArtsClient;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the server and the disk from the cloud, concurrently and without a cache. */
@ApplicationScoped
public class CloudStateReader {
    private final ModelArtsClient modelArtsClient;
    private final EvsClient evs;

    CloudStateReader(ModelArtsClient modelArtsClient, EvsClient evs) {
        this.modelArtsClient = modelArtsClient;
        this.evs = evs;
    }

    /** The current server and disk; fails with the error of the call if either cannot be read. */
    public Uni<CloudState> read(Operation operation) {
        return readSeparately(operation.projectId(), operation.serverId(), operation.volumeId())
                .map(ReadResultPair::toCloudState);
    }

    /** The results of both reads, each independent of the other; never fails. */
    public Uni<ReadResultPair> readSeparately(String projectId, String serverId, String volumeId) {
        // Both calls complete: a call cancelled because the other failed would cost its connection.
        return Uni.combine()
                .all()
                .unis(
                        ReadResult.capture(modelArtsClient.server(projectId, serverId)),
                        ReadResult.capture(evs.disk(projectId, volumeId)))
                .asTuple()
                .map(both -> new ReadResultPair(both.getItem1(), both.getItem2()))
                .flatMap(reads -> identifyAttachments(projectId, reads));
    }

    /**
     * Looks up whether the disk's attachments belong to other servers, where the location depends on it: the server lists a
     * disk that EVS shows under ids that are not known to be this server's. Ids that cannot be looked up count as those of
     * others.
     */
    private Uni<ReadResultPair> identifyAttachments(String projectId, ReadResultPair reads) {
        var server = reads.server().value();
        var disk = reads.disk().value();
        if (server.isEmpty() || disk.isEmpty() || !server.get().disputes(disk.get())) {
            return Uni.createFrom().item(reads);
        }
        return modelArtsClient
                .idsOfOtherServers(projectId, server.get().id())
                .onFailure()
                .recoverWithItem(() -> disk.get().attachments().stream()
                        .map(Disk.Attachment::serverId)
                        .collect(Collectors.toSet()))
                .map(ids -> new ReadResultPair(
                        new ReadResult<>(Optional.of(server.get().withIdsOfOthers(ids)), null), reads.disk()));
    }

    /** The results of both reads. */
    public record ReadResultPair(ReadResult<LiteServer> server, ReadResult<Disk> disk) {
        private CloudState toCloudState() {
            return new CloudState(server.orElseThrow(), disk.orElseThrow());
        }
    }

    /**
     * The result of one read.
     *
     * @param value empty if the cloud has no such resource, or if the read failed
     * @param failure the error of the read; null if it succeeded
     */
    public record ReadResult<T>(Optional<T> value, @Nullable Throwable failure) {
        static <T> Uni<ReadResult<T>> capture(Uni<Optional<T>> read) {
            return read.map(value -> new ReadResult<>(value, null))
                    .onFailure()
                    .recoverWithItem(failure -> new ReadResult<>(Optional.empty(), failure));
        }

        private Optional<T> orElseThrow() {
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return value;
        }
    }

    /**
     * A server and a disk as read from the cloud.
     *
     * @param server empty if the cloud has none
     * @param disk empty if the cloud has none
     */
    public record CloudState(Optional<LiteServer> server, Optional<Disk> disk) {

        /** The attachments of the disk before a send, with which later reads are compared. */
        public JsonArray baseline() {
            return AttachmentsJson.toJson(disk.map(Disk::attachments).orElse(List.of()));
        }
    }
}
