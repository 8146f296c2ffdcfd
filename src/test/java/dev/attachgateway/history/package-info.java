/** Compares the responses to callers, the event log and the ledger of effects with the guarantees of the gateway. */
@NullMarked
package dev.attachgateway.history;

import org.jspecify.annotations.NullMarked;
