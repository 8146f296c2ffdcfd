/** The manager's desk: what operators do by hand when the gateway cannot, or must not, go on by itself. */
@NullMarked
package dev.attachgateway.operator;

import org.jspecify.annotations.NullMarked;
