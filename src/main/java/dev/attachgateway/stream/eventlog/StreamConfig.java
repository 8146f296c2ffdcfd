package dev.attachgateway.stream.eventlog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Configuration of the event streams. */
@ConfigMapping(prefix = "stream")
public interface StreamConfig {
    /**
     * The silence after which a comment is sent, which keeps proxies from closing the connection and reveals a dead
     * peer.
     */
    @WithDefault("15s")
    Duration heartbeat();

    /** The minimum delay before a client reconnects; each stream gets up to half as much again. */
    @WithDefault("2s")
    Duration retryMin();

    /** The interval of polls, and so the maximum delay of an event whose notification is lost. */
    @WithDefault("1s")
    Duration pollInterval();

    /** The number of events of one project read at once. */
    @WithDefault("500")
    int pageSize();

    /**
     * The number of events of all projects that are kept in memory, from which reconnecting clients resume without the
     * database.
     */
    @WithDefault("20000")
    int memoryEvents();

    /** The approximate memory for these events, in bytes. */
    @WithDefault("33554432")
    long memoryBytes();

    /** A client that is further behind in a project's feed than this many events gets a snapshot instead of them. */
    @WithDefault("10000")
    long replayMaxEvents();

    /** How long ago an operation may have ended to be part of a snapshot. */
    @WithDefault("1h")
    Duration snapshotEndedWindow();

    /** The maximum number of operations in a snapshot. */
    @WithDefault("1000")
    int snapshotMaxOperations();

    /**
     * Bytes that may wait for one stream in this process, and as many again in the operating system; a stream that
     * stays at the limit for a whole heartbeat interval is disconnected.
     */
    @WithDefault("262144")
    int maxUnsentBytes();

    /** How long sent bytes may stay unacknowledged, or a full window stay full, before the peer counts as gone. */
    @WithDefault("30s")
    Duration peerTimeout();

    /** How bytes are written to the socket. */
    @WithDefault("auto")
    WritePath writePath();

    /** The number of opening streams at which further connections wait to be accepted. */
    @WithDefault("200")
    int maxOpening();

    /** The maximum time over which streams are closed at a shutdown. */
    @WithDefault("10s")
    Duration drainTimeout();

    /** The rate at which the clients of a stopping replica reconnect, all together. */
    @WithDefault("500")
    int reconnectsPerSecond();

    /** Streams that one caller may have open on this replica, in all projects. */
    @WithDefault("100")
    int maxPerCaller();

    /** Streams that one project may have open on this replica. */
    @WithDefault("2000")
    int maxPerProject();

    /** Streams on this replica. Each is a connection, and so a file descriptor of the process. */
    @WithDefault("15000")
    int maxPerReplica();

    /** How long a stream continues while the policy cannot decide whether its grant is still valid. */
    @WithDefault("1m")
    Duration undecidedGrace();

    /** How a stream's bytes are written to its socket. */
    enum WritePath {
        /** Directly, if the connection is neither encrypted nor shared with other requests. */
        AUTO,
        /** Always through the HTTP server. */
        PLAIN
    }
}
