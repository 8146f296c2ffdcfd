package dev.attachgateway.operation.recovery;

import dev.attachgateway.operation.model.OperationState;

/** The consequence of one read of server and disk while the outcome of a request is unknown. */
public sealed interface SettlementDecision {

    /**
     * A transition to commit.
     *
     * @param activitySeen whether the read saw the disk change
     */
    record Transition(OperationState to, boolean activitySeen) implements SettlementDecision {}

    /**
     * The number of quiet reads has changed, which matters to the next read only and writes no event.
     *
     * @param quietReads the number of consecutive reads without a trace of the request
     */
    record RecordQuietReads(int quietReads) implements SettlementDecision {}

    /** There is nothing to store. */
    record NoChange() implements SettlementDecision {}
}
