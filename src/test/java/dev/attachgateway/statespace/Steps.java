package dev.attachgateway.statespace;

/** Everything that somebody may do next. */
interface Steps {

    /** Takes what the world becomes and what is said of it; {@code %r} stands for the replica, {@code %o} for the operation. */
    interface Out {
        void to(World next, String words, int replica, int operation);
    }

    void from(World world, Out out);
}
