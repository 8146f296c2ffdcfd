/** Restores of the database with PostgreSQL's own tools under running gateways. */
@NullMarked
package dev.attachgateway.restore;

import org.jspecify.annotations.NullMarked;
