/** Races of many callers over several replicas, some of which are killed. */
@NullMarked
package dev.attachgateway.race;

import org.jspecify.annotations.NullMarked;
