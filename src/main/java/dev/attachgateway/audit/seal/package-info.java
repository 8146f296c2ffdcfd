/** Seals over the audit log: a hash chain that shows later changes, and retention. */
@NullMarked
package dev.attachgateway.audit.seal;

import org.jspecify.annotations.NullMarked;
