package dev.attachgateway.operation.model;

import dev.attachgateway.disk.Disk;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operation's requests may have left behind, and what looking for it has told so far. Times are the database's.
 *
 * @param signed whether the last request was signed: the signature dates it, so that the cloud refuses it later
 * @param acceptanceWindowEnd after this the cloud takes the last request no more, if it was signed; null before the first
 * @param hadUnknownOutcome whether some request was of unknown outcome
 * @param activitySeen whether a look after the last request saw something going on
 * @param quietReads looks in a row that saw no trace of it
 * @param quietSince the first of them; null when there is none
 * @param baseline who held the disk before the first request
 */
public record SendHistory(
        boolean signed,
        @Nullable Instant acceptanceWindowEnd,
        boolean hadUnknownOutcome,
        boolean activitySeen,
        int quietReads,
        @Nullable Instant quietSince,
        List<Disk.Attachment> baseline) {
    public SendHistory {
        baseline = List.copyOf(baseline);
    }
}
