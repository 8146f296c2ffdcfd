/** The cellar: PostgreSQL as it is given, or one of the gateway's own in a folder. Rooms never see it, only a pool. */
@NullMarked
package dev.attachgateway.storage;

import org.jspecify.annotations.NullMarked;
