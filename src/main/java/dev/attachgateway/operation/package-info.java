/** The record of work: states that know only their legal moves, their store, the runner, and the operation's JSON. */
@NullMarked
package dev.attachgateway.operation;

import org.jspecify.annotations.NullMarked;
