/** State of the simulated cloud: servers, disks, operations and the ledger of effects. */
@NullMarked
package dev.attachgateway.sandbox.state;

import org.jspecify.annotations.NullMarked;
