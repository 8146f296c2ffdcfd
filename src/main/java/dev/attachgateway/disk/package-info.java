/** The storeroom: disks, servers, and what "in use" and "eligible" mean. Plain Java, no framework. */
@NullMarked
package dev.attachgateway.disk;

import org.jspecify.annotations.NullMarked;
