/** Reserves a disk for an operation; joins and replays repeated requests; dry runs. */
@NullMarked
package dev.attachgateway.operation.reservation;

import org.jspecify.annotations.NullMarked;
