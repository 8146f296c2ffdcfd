/** Random sequences of requests, interventions and network faults, compared with a small model of disks and servers. */
@NullMarked
package dev.attachgateway.sequence;

import org.jspecify.annotations.NullMarked;
