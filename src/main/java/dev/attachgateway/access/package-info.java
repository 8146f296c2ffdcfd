/** The doorman: who is calling, what they may do, and the record of every answer to that. */
@NullMarked
package dev.attachgateway.access;

import org.jspecify.annotations.NullMarked;
