/** Delivery of events to many clients of several replicas, with kills, lost connections and database restarts. */
@NullMarked
package dev.attachgateway.exactness;

import org.jspecify.annotations.NullMarked;
