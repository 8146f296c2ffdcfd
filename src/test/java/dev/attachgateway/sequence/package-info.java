/** Random sequences of what callers, operators and a bad network do, compared with a small model of disks and servers. */
@NullMarked
package dev.attachgateway.sequence;

import org.jspecify.annotations.NullMarked;
