/** Authorization policy: grants, decisions and the read scope of a caller. */
@NullMarked
package dev.attachgateway.access.policy;

import org.jspecify.annotations.NullMarked;
