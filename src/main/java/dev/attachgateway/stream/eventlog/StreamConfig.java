package dev.attachgateway.stream.eventlog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How streams behave. */
@ConfigMapping(prefix = "stream")
public interface StreamConfig {
    /** Silence after which a comment is sent, so that proxies keep the connection and a dead peer shows. */
    @WithDefault("15s")
    Duration heartbeat();

    /** The least time a client waits before it reconnects; each stream is told up to half as much again. */
    @WithDefault("2s")
    Duration retryMin();

    /** How long a lost notification can delay an event. */
    @WithDefault("1s")
    Duration pollInterval();

    /** Events of one project read at once. */
    @WithDefault("500")
    int pageSize();

    /** Events of all projects that are kept in memory, so that whoever comes back soon needs no database. */
    @WithDefault("20000")
    int memoryEvents();

    /** Bytes of memory they may take, roughly. */
    @WithDefault("33554432")
    long memoryBytes();

    /** Whoever is further behind in a project's feed than this many events gets a fresh snapshot instead of them. */
    @WithDefault("10000")
    long replayMaxEvents();

    /** How long ago an operation may have ended to be part of a snapshot. */
    @WithDefault("1h")
    Duration snapshotEndedWindow();

    /** Operations in a snapshot. */
    @WithDefault("1000")
    int snapshotMaxOperations();

    /**
     * Bytes that may wait for one stream in this process, and as many again in the system; a stream in which as many wait
     * for a whole heartbeat is cut off.
     */
    @WithDefault("262144")
    int maxUnsentBytes();

    /** How long what was sent may be unconfirmed, or a full window stay full, before the peer counts as gone. */
    @WithDefault("30s")
    Duration peerTimeout();

    /** How bytes get to the socket. */
    @WithDefault("auto")
    WritePath writePath();

    /** While so many streams are about to begin, further connections wait to be accepted. */
    @WithDefault("200")
    int maxOpening();

    /** The longest time over which streams are closed at a stop. */
    @WithDefault("10s")
    Duration drainTimeout();

    /** How many clients of a replica that stops come back in a second, together. */
    @WithDefault("500")
    int reconnectsPerSecond();

    /** Streams that one caller may have open on this replica, in all projects. */
    @WithDefault("100")
    int maxPerCaller();

    /** Streams that one project may have open on this replica. */
    @WithDefault("2000")
    int maxPerProject();

    /** Streams of this replica. Each is a connection, and so a file handle of the process. */
    @WithDefault("15000")
    int maxPerReplica();

    /** How long a stream goes on when the policy cannot say whether its grant still holds. */
    @WithDefault("1m")
    Duration undecidedGrace();

    /** How a stream's bytes get to its socket. */
    enum WritePath {
        /** Straight, where the connection is neither encrypted nor shared with other requests. */
        AUTO,
        /** Always through the HTTP server. */
        PLAIN
    }
}
