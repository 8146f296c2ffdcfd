package dev.attachgateway.statespace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One state of the whole system: the database, two replicas, requests in flight, and the cloud. Immutable. */
final class SystemState {
    static final int REPLICAS = 2;
    static final int OPERATIONS = 2;

    final @Nullable OperationRow[] rows;
    final @Nullable Execution[] executions;
    final List<RequestInFlight> requests;
    final CloudModel cloud;
    final @Nullable DelayedWrite delayedWrite;
    final @Nullable Invariant violated;

    private SystemState(
            @Nullable OperationRow[] rows,
            @Nullable Execution[] executions,
            List<RequestInFlight> requests,
            CloudModel cloud,
            @Nullable DelayedWrite delayedWrite,
            @Nullable Invariant violated) {
        this.rows = rows;
        this.executions = executions;
        this.requests = requests;
        this.cloud = cloud;
        this.delayedWrite = delayedWrite;
        this.violated = violated;
    }

    static SystemState empty() {
        return new SystemState(
                new OperationRow[OPERATIONS],
                new Execution[REPLICAS * OPERATIONS],
                List.of(),
                CloudModel.initial(),
                null,
                null);
    }

    @Nullable
    OperationRow row(int operation) {
        return rows[operation];
    }

    @Nullable
    Execution execution(int replica, int operation) {
        return executions[replica * OPERATIONS + operation];
    }

    SystemState with(int operation, OperationRow row) {
        var changed = rows.clone();
        changed[operation] = row;
        return new SystemState(changed, executions, requests, cloud, delayedWrite, violated);
    }

    SystemState with(int replica, int operation, @Nullable Execution execution) {
        var changed = executions.clone();
        changed[replica * OPERATIONS + operation] = execution;
        return new SystemState(rows, changed, requests, cloud, delayedWrite, violated);
    }

    SystemState with(CloudModel changed) {
        return new SystemState(rows, executions, requests, changed, delayedWrite, violated);
    }

    SystemState with(@Nullable DelayedWrite changed) {
        return new SystemState(rows, executions, requests, cloud, changed, violated);
    }

    SystemState violating(Invariant invariant) {
        return new SystemState(
                rows, executions, requests, cloud, delayedWrite, violated == null ? invariant : violated);
    }

    SystemState sent(RequestInFlight request) {
        var more = new ArrayList<>(requests);
        more.add(request);
        return withRequests(more);
    }

    SystemState without(RequestInFlight request) {
        var left = new ArrayList<>(requests);
        left.remove(request);
        return withRequests(left);
    }

    SystemState mapRequests(UnaryOperator<RequestInFlight> change) {
        return requests.isEmpty()
                ? this
                : withRequests(requests.stream().map(change).toList());
    }

    SystemState mapExecutions(int operation, UnaryOperator<@Nullable Execution> change) {
        var changed = executions.clone();
        for (int replica = 0; replica < REPLICAS; replica++) {
            var at = replica * OPERATIONS + operation;
            var execution = changed[at];
            changed[at] = execution == null ? null : change.apply(execution);
        }
        return new SystemState(rows, changed, requests, cloud, delayedWrite, violated);
    }

    private SystemState withRequests(List<RequestInFlight> all) {
        var left = all.stream().filter(RequestInFlight::canArrive).toList();
        return new SystemState(rows, executions, left, cloud, delayedWrite, violated);
    }

    /** The state in which requests of executions that no longer wait have no receiver. */
    SystemState withoutLostReceivers() {
        return mapRequests(
                request -> request.sender() >= 0 && !isReceived(request) ? request.withoutReceiver() : request);
    }

    private boolean isReceived(RequestInFlight request) {
        var execution = execution(request.sender(), request.operation());
        return execution != null && execution.phase() instanceof Execution.Awaiting;
    }

    boolean canArrive(int operation) {
        return requests.stream().anyMatch(request -> request.operation() == operation);
    }

    /** A hash of the state, which is the same when the replicas are swapped. */
    long hash() {
        return Math.min(hash(0), hash(1));
    }

    private long hash(int swapped) {
        var hash = StateCodes.mix(17, cloud.code(isEnded(0), isEnded(1)));
        for (var row : rows) {
            hash = StateCodes.mix(hash, row == null ? 0 : row.code(swapped));
        }
        for (int at = 0; at < executions.length; at++) {
            var execution = executions[at ^ (swapped * OPERATIONS)];
            hash = StateCodes.mix(hash, execution == null ? 0 : execution.code());
        }
        // The sum does not depend on the order of the requests.
        long requestsHash = 0;
        for (var request : requests) {
            requestsHash += StateCodes.mix(5, request.code(swapped));
        }
        hash = StateCodes.mix(hash, requestsHash);
        hash = StateCodes.mix(hash, delayedWrite == null ? 0 : delayedWrite.code(swapped));
        return StateCodes.mix(hash, violated == null ? 0 : violated.name().hashCode());
    }

    private boolean isEnded(int operation) {
        var row = rows[operation];
        return row != null && row.isEnded();
    }
}
