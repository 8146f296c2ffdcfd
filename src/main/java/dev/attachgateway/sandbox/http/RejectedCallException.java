package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonObject;

/** A call that is not carried out, with the answer that says why. */
public final class RejectedCallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient SandboxResponse sandboxResponse;

    RejectedCallException(SandboxResponse sandboxResponse) {
        super("refused with " + sandboxResponse.status(), null, false, false);
        this.sandboxResponse = sandboxResponse;
    }

    /** A control body that is not understood: 400 with a sentence. */
    public static RejectedCallException unclear(String sentence) {
        return new RejectedCallException(SandboxResponse.of(400, new JsonObject().put("error", sentence)));
    }

    public SandboxResponse answer() {
        return sandboxResponse;
    }
}
