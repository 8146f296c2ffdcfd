package dev.attachgateway.operation;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.upstream.Evs;
import dev.attachgateway.upstream.ModelArts;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at the server and the disk, both at once and never from memory. */
@ApplicationScoped
class Checks {
    private final ModelArts modelArts;
    private final Evs evs;

    Checks(ModelArts modelArts, Evs evs) {
        this.modelArts = modelArts;
        this.evs = evs;
    }

    /** Both as the cloud shows them now; fails when either cannot be looked at. */
    Uni<Sight> look(Operation operation) {
        return each(operation.projectId(), operation.serverId(), operation.volumeId())
                .map(Looks::both);
    }

    /** The same for each by itself, whatever becomes of the other; never fails. */
    Uni<Looks> each(String projectId, String serverId, String volumeId) {
        // Both come to their end: a call cut off because the other failed would cost its connection.
        return Uni.combine()
                .all()
                .unis(Look.of(modelArts.server(projectId, serverId)), Look.of(evs.disk(projectId, volumeId)))
                .asTuple()
                .map(both -> new Looks(both.getItem1(), both.getItem2()));
    }

    /** What came of two looks. */
    record Looks(Look<LiteServer> server, Look<Disk> disk) {
        private Sight both() {
            return new Sight(server.orThrow(), disk.orThrow());
        }
    }

    /**
     * What came of one look.
     *
     * @param seen empty when the cloud knows no such thing, or when it could not be looked at
     * @param failure why it could not be looked at; null when it could
     */
    record Look<T>(Optional<T> seen, @Nullable Throwable failure) {
        static <T> Uni<Look<T>> of(Uni<Optional<T>> look) {
            return look.map(seen -> new Look<>(seen, null))
                    .onFailure()
                    .recoverWithItem(failure -> new Look<>(Optional.empty(), failure));
        }

        private Optional<T> orThrow() {
            if (failure instanceof RuntimeException unseen) {
                throw unseen;
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return seen;
        }
    }

    /**
     * A server and a disk at one moment.
     *
     * @param server empty when the cloud knows none
     * @param disk empty when the cloud knows none
     */
    record Sight(Optional<LiteServer> server, Optional<Disk> disk) {

        /** Who held the disk before anything was sent: what a later look is compared with. */
        JsonArray baseline() {
            return Holds.toJson(disk.map(Disk::attachments).orElse(List.of()));
        }
    }
}
