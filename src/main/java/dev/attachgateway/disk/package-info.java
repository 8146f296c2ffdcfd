/** Disks and servers: which states allow an attach or a detach. */
@NullMarked
package dev.attachgateway.disk;

import org.jspecify.annotations.NullMarked;
