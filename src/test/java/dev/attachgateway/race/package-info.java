/** Many callers, several replicas, and replicas that die. */
@NullMarked
package dev.attachgateway.race;

import org.jspecify.annotations.NullMarked;
