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
import org.jspecify.annotations.Nullable;

/** Looks at the server and the disk, both at once and never from memory. */
@ApplicationScoped
public class CloudStateReader {
    private final ModelArtsClient modelArtsClient;
    private final EvsClient evs;

    CloudStateReader(ModelArtsClient modelArtsClient, EvsClient evs) {
        this.modelArtsClient = modelArtsClient;
        this.evs = evs;
    }

    /** Both as the cloud shows them now; fails when either cannot be looked at. */
    public Uni<CloudState> read(Operation operation) {
        return readSeparately(operation.projectId(), operation.serverId(), operation.volumeId())
                .map(ReadResultPair::toCloudState);
    }

    /** The same for each by itself, whatever becomes of the other; never fails. */
    public Uni<ReadResultPair> readSeparately(String projectId, String serverId, String volumeId) {
        // Both come to their end: a call cut off because the other failed would cost its connection.
        return Uni.combine()
                .all()
                .unis(
                        ReadResult.capture(modelArtsClient.server(projectId, serverId)),
                        ReadResult.capture(evs.disk(projectId, volumeId)))
                .asTuple()
                .map(both -> new ReadResultPair(both.getItem1(), both.getItem2()));
    }

    /** What came of two looks. */
    public record ReadResultPair(ReadResult<LiteServer> server, ReadResult<Disk> disk) {
        private CloudState toCloudState() {
            return new CloudState(server.orElseThrow(), disk.orElseThrow());
        }
    }

    /**
     * What came of one look.
     *
     * @param value empty when the cloud knows no such thing, or when it could not be looked at
     * @param failure why it could not be looked at; null when it could
     */
    public record ReadResult<T>(Optional<T> value, @Nullable Throwable failure) {
        static <T> Uni<ReadResult<T>> capture(Uni<Optional<T>> look) {
            return look.map(seen -> new ReadResult<>(seen, null))
                    .onFailure()
                    .recoverWithItem(failure -> new ReadResult<>(Optional.empty(), failure));
        }

        private Optional<T> orElseThrow() {
            if (failure instanceof RuntimeException unseen) {
                throw unseen;
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return value;
        }
    }

    /**
     * A server and a disk at one moment.
     *
     * @param server empty when the cloud knows none
     * @param disk empty when the cloud knows none
     */
    public record CloudState(Optional<LiteServer> server, Optional<Disk> disk) {

        /** Who held the disk before anything was sent: what a later look is compared with. */
        public JsonArray baseline() {
            return AttachmentsJson.toJson(disk.map(Disk::attachments).orElse(List.of()));
        }
    }
}
