package dev.attachgateway.stream.subscription;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EventEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * A valid request of an authorized caller to open a stream.
 *
 * @param authorization the authorization with which the stream ends
 * @param lastEventId the last event that the client has received; null for a client without one
 * @param ended whether the one operation that the scope follows has ended
 */
public record OpenStreamCommand(
        SubscriptionScope scope,
        StreamAuthorization authorization,
        EventEnvelope envelope,
        @Nullable EventId lastEventId,
        boolean ended) {}
