/** The preconditions of a send: the state in the cloud, the queue of the server, and the grant. */
@NullMarked
package dev.attachgateway.operation.precondition;

import org.jspecify.annotations.NullMarked;
