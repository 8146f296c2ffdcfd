/** The audit log: one entry for each authentication, decision and manual intervention. */
@NullMarked
package dev.attachgateway.access.audit;

import org.jspecify.annotations.NullMarked;
