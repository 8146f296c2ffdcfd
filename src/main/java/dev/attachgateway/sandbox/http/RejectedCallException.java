package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonObject;

/** Reports that a call is rejected, with the response that explains the rejection. */
public final class RejectedCallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient SandboxResponse sandboxResponse;

    RejectedCallException(SandboxResponse sandboxResponse) {
        super("rejected with " + sandboxResponse.status(), null, false, false);
        this.sandboxResponse = sandboxResponse;
    }

    /** Returns the rejection of an invalid control body: 400 with an error message. */
    public static RejectedCallException badRequest(String message) {
        return new RejectedCallException(SandboxResponse.of(400, new JsonObject().put("error", message)));
    }

    /** Returns the response to send. */
    public SandboxResponse response() {
        return sandboxResponse;
    }
}
