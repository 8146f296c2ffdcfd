/** Selection of the PostgreSQL storage, and the embedded server. */
@NullMarked
package dev.attachgateway.storage;

import org.jspecify.annotations.NullMarked;
