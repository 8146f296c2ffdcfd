/** The endpoints of the simulated cloud and the checks of its credentials. */
@NullMarked
package dev.attachgateway.sandbox.cloud;

import org.jspecify.annotations.NullMarked;
