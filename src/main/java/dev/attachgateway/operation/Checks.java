package dev.attachgateway.operation;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.Server;
import dev.attachgateway.upstream.Evs;
import dev.attachgateway.upstream.ModelArts;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

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
        return Uni.combine()
                .all()
                .unis(
                        modelArts.server(operation.projectId(), operation.serverId()),
                        evs.disk(operation.projectId(), operation.volumeId()))
                // Both come to their end: a call cut off because the other failed would cost its connection.
                .collectFailures()
                .asTuple()
                .onFailure(CompositeException.class)
                .transform(both -> ((CompositeException) both).getCauses().getFirst())
                .map(both -> new Sight(both.getItem1(), both.getItem2()));
    }

    /**
     * A server and a disk at one moment.
     *
     * @param server empty when the cloud knows none
     * @param disk empty when the cloud knows none
     */
    record Sight(Optional<Server> server, Optional<Disk> disk) {

        /** Who held the disk before anything was sent: what a later look is compared with. */
        JsonArray baseline() {
            return Holds.toJson(disk.map(Disk::attachments).orElse(List.of()));
        }
    }
}
