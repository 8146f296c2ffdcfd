/** The operator API: manual interventions and the state of the guards. */
@NullMarked
package dev.attachgateway.operator;

import org.jspecify.annotations.NullMarked;
