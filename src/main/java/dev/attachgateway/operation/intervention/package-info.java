/** Manual interventions: cancel, release, settle, pauses and breaker overrides. */
@NullMarked
package dev.attachgateway.operation.intervention;

import org.jspecify.annotations.NullMarked;
