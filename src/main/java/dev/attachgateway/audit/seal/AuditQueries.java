package dev.attachgateway.audit.seal;

/**
 * What the sealer and the commands ask for in the same words. Nothing of it is a function in the database: whoever could
 * change that could have it tell whatever they like.
 */
public final class AuditQueries {
    private AuditQueries() {}

    /** A point in time as text that no setting of the session changes. */
    public static String utcText(String column) {
        return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    }

    /** The line {@code a} as an object of JSON, with every column that the table has. */
    public static final String ENTRY_JSON = "to_jsonb(a) || jsonb_build_object('at', " + utcText("a.at") + ")";

    /** The fields of {@code a} that are not null, as {@code f.names} and {@code f.contents}. */
    public static final String ENTRY_FIELDS = "lateral (select array_agg(key order by key collate \"C\") as names,"
            + " array_agg(value order by key collate \"C\") as contents"
            + " from jsonb_each_text(" + ENTRY_JSON + ") where value is not null) f";

    /** The newest link of the chain, or what was its newest when all was removed by age. */
    static final String NEWEST_SEAL = "(select number, hash, key from audit_seal"
            + " union all select seal, hash, null from audit_anchor order by 1 desc limit 1)";
}
