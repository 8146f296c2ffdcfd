/** The complaints desk: the only place where a failure becomes a status and a body. */
@NullMarked
package dev.attachgateway.problem;

import org.jspecify.annotations.NullMarked;
