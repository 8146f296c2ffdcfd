/** Problem responses: the only place where a failure becomes an HTTP status. */
@NullMarked
package dev.attachgateway.problem;

import org.jspecify.annotations.NullMarked;
