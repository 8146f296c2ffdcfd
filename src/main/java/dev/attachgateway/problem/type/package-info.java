/** The vocabulary of refusals and failures. */
@NullMarked
package dev.attachgateway.problem.type;

import org.jspecify.annotations.NullMarked;
