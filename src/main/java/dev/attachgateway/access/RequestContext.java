package dev.attachgateway.access;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.request.RequestId;

/**
 * The properties of an authenticated request that authorization and the audit log need.
 *
 * @param clientAddress the numeric address of the client, or {@code unknown}
 */
public record RequestContext(AuthenticatedCaller authenticatedCaller, RequestId requestId, String clientAddress) {
    /** The caller that sent the request. */
    public Caller caller() {
        return authenticatedCaller.caller();
    }
}
