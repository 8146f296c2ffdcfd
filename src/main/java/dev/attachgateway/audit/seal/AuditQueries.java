package dev.attachgateway.audit.seal;

/**
 * SQL shared by the seal job and the commands. It is no function in the database, because a database administrator could
 * change a function to hide a manipulation.
 */
public final class AuditQueries {
    private AuditQueries() {}

    /** A timestamp column as text, independent of session settings. */
    public static String utcText(String column) {
        return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    }

    /** The entry {@code a} as a JSON object, with every column of the table. */
    public static final String ENTRY_JSON = "to_jsonb(a) || jsonb_build_object('at', " + utcText("a.at") + ")";

    /** The fields of {@code a} that are not null, as {@code f.names} and {@code f.contents}. */
    public static final String ENTRY_FIELDS = "lateral (select array_agg(key order by key collate \"C\") as names,"
            + " array_agg(value order by key collate \"C\") as contents"
            + " from jsonb_each_text(" + ENTRY_JSON + ") where value is not null) f";

    /** The newest seal, or the anchor when all seals were removed by age. */
    static final String NEWEST_SEAL = "(select number, hash, key from audit_seal"
            + " union all select seal, hash, null from audit_anchor order by 1 desc limit 1)";
}
