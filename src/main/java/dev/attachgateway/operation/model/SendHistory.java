package dev.attachgateway.operation.model;

import dev.attachgateway.disk.Disk;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that an operation has sent, and the evidence of their effects so far. Times are the database's.
 *
 * @param signed whether the last request was signed: a signature is dated, so that the cloud refuses a late request
 * @param acceptanceWindowEnd the time after which the cloud no longer accepts the last request, if it was signed; null before
 *     the first request
 * @param hadUnknownOutcome whether the outcome of any request was unknown
 * @param activitySeen whether a read after the last request saw the disk change
 * @param quietReads the number of consecutive reads without a trace of the request
 * @param quietSince the time of the first of those reads; null if there is none
 * @param baseline the attachments of the disk before the first request
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
