/** The problem types, with status, code, title and next step of each error response, and the exception that carries one. */
@NullMarked
package dev.attachgateway.problem.type;

import org.jspecify.annotations.NullMarked;
