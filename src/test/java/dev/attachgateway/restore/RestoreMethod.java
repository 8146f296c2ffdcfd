package dev.attachgateway.restore;

/** Methods to restore the database with PostgreSQL's own tools. */
enum RestoreMethod {
    /** {@code pg_restore --clean} into the database, whose connections stay open. */
    CLEAN,
    /** Into a database that was dropped and created again. */
    ANOTHER_DATABASE,
    /** Only the rows, into truncated tables. */
    ROWS,
    /** A copy of the data folder of the stopped server: same cluster, same files, same timeline. */
    FOLDER
}
