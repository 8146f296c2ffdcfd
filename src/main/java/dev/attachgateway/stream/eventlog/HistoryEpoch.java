package dev.attachgateway.stream.eventlog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identifies one history of the event table: a restored, promoted or re-created database counts its own positions, and
 * an id from another history is meaningless in this one.
 *
 *
 * @param name eight hexadecimal digits
 */
public record HistoryEpoch(String name) {
    /**
     * Changes when the table is restored under a running gateway: the table, its file, and the generation, which is
     * renewed when positions are found to have gone back. Never null, even while a restore has removed the table. Cheap
     * enough for every poll.
     */
    static final String MARKER = """
            (coalesce(to_regclass('event')::oid::text || '/' || pg_relation_filenode(to_regclass('event'))::text, 'none')
                || '/' || coalesce((select generation::text from event_history), ''))""";

    /** Distinguishes histories: the cluster, the timeline of its write-ahead log, and the marker. */
    static final String QUERY = """
            select system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as cluster, %s as mark
            from pg_control_system()""".formatted(MARKER);

    /**
     * A history with the marker by which its end is detected.
     *
     *
     * @param marker as {@link #MARKER} reads it
     */
    public record History(HistoryEpoch epoch, String marker) {
        static History of(String cluster, String marker) {
            return new History(HistoryEpoch.of(cluster + "/" + marker), marker);
        }
    }

    public static HistoryEpoch of(String history) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(history.getBytes(StandardCharsets.UTF_8));
            return new HistoryEpoch(HexFormat.of().formatHex(digest, 0, 4));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
