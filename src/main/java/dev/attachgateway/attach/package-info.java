/** The front desk: an attach, told from top to bottom. */
@NullMarked
package dev.attachgateway.attach;

import org.jspecify.annotations.NullMarked;
