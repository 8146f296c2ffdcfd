package dev.attachgateway.stream.eventlog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names one history of the event table: a restored, promoted or re-created database counts positions of its own, and an
 * id from another history says nothing about this one.
 *
 * @param name eight hexadecimal digits
 */
public record HistoryEpoch(String name) {
    /**
     * What changes when a table is restored under a running gateway: the table, its file, and the generation, which is made
     * anew when positions are seen to have gone back. Never null, also while a restore has the table away. Cheap enough to be
     * read with every poll.
     */
    static final String MARK = """
            (coalesce(to_regclass('event')::oid::text || '/' || pg_relation_filenode(to_regclass('event'))::text, 'none')
                || '/' || coalesce((select generation::text from event_history), ''))""";

    /** What tells histories apart: the cluster, the timeline of its log, and the mark. */
    static final String QUERY = """
            select system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as cluster, %s as mark
            from pg_control_system()""".formatted(MARK);

    /**
     * A history with the mark by which its end is noticed.
     *
     * @param mark as {@link #MARK} reads it
     */
    public record History(HistoryEpoch epoch, String mark) {
        static History of(String cluster, String mark) {
            return new History(HistoryEpoch.of(cluster + "/" + mark), mark);
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
