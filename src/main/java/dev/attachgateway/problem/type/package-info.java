/** The problem types: status, code, title and next step of each error response. */
@NullMarked
package dev.attachgateway.problem.type;

import org.jspecify.annotations.NullMarked;
