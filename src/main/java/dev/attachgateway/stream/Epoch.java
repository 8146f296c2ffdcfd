package dev.attachgateway.stream;

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
record Epoch(String name) {
    /** What tells histories apart: the cluster, the timeline of its log, and the table itself. */
    static final String QUERY = """
            select system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
                   || '/' || 'event'::regclass::oid as history
            from pg_control_system()""";

    static Epoch of(String history) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(history.getBytes(StandardCharsets.UTF_8));
            return new Epoch(HexFormat.of().formatHex(digest, 0, 4));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
