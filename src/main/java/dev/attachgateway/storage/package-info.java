/** PostgreSQL, embedded or given. */
@NullMarked
package dev.attachgateway.storage;

import org.jspecify.annotations.NullMarked;
