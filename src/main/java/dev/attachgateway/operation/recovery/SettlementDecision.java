package dev.attachgateway.operation.recovery;

import dev.attachgateway.operation.model.OperationState;

/** What follows from a look at server and disk while the outcome of a request is unknown. */
public sealed interface SettlementDecision {

    /**
     * Something to tell.
     *
     * @param activitySeen whether the look saw something going on with the disk
     */
    record Transition(OperationState to, boolean activitySeen) implements SettlementDecision {}

    /**
     * The streak goes on or is broken; nobody but the next look needs to know.
     *
     * @param quietReads how many looks in a row have seen no trace of the request
     */
    record RecordQuietReads(int quietReads) implements SettlementDecision {}

    /** Nothing to write down. */
    record NoChange() implements SettlementDecision {}
}
