package dev.attachgateway.upstream.resilience;

/** An operator's override of a service's circuit breaker; it stays until it is removed. */
public enum BreakerOverride {
    /** No override: the breaker follows the failures of the service. */
    AUTOMATIC,
    /** No call passes, regardless of the service's health. */
    OPEN,
    /** Every call passes, regardless of the service's health. */
    CLOSED
}
