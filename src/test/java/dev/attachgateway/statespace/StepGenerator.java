package dev.attachgateway.statespace;

/** Generates the possible next steps of one part of the system. */
interface StepGenerator {

    /** Accepts a next state and its description; {@code %r} stands for the replica, {@code %o} for the operation. */
    interface Out {
        void accept(SystemState next, String description, int replica, int operation);
    }

    /** Passes each possible next state to {@code out}. */
    void generate(SystemState system, Out out);
}
