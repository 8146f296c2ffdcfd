/** A database that fails, and a clock that jumps. */
@NullMarked
package dev.attachgateway.database;

import org.jspecify.annotations.NullMarked;
