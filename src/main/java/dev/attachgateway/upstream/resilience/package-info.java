/** Circuit breaker, bulkhead, rate limit and retry budget of calls to the cloud. */
@NullMarked
package dev.attachgateway.upstream.resilience;

import org.jspecify.annotations.NullMarked;
