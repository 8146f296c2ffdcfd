package dev.attachgateway.restore;

/** How the database comes back, with PostgreSQL's own tools. */
enum How {
    /** {@code pg_restore --clean} into the database, whose connections stay. */
    CLEAN,
    /** Into a database that was dropped and made again. */
    ANOTHER_DATABASE,
    /** Only the rows, into tables that were emptied. */
    ROWS,
    /** The data folder as it was copied while the server stood: same cluster, same files, same timeline. */
    FOLDER
}
