/** Access to PostgreSQL that every package shares: statement time-outs, clocks and named SQL parameters. */
@NullMarked
package dev.attachgateway.database;

import org.jspecify.annotations.NullMarked;
