package dev.attachgateway.upstream.resilience;

/** What an operator has said about a service's circuit breaker; it stays until it is taken back. */
public enum BreakerOverride {
    /** Nothing: the breaker goes by the service's health. */
    NOT,
    /** No call passes, however well the service is. */
    OPEN,
    /** Every call passes, however ill the service is. */
    CLOSED
}
