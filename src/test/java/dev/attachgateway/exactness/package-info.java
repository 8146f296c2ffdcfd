/** Many watchers of several replicas, and nothing that keeps still. */
@NullMarked
package dev.attachgateway.exactness;

import org.jspecify.annotations.NullMarked;
