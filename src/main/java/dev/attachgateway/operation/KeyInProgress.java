package dev.attachgateway.operation;

/** The request that came first with the key is being recorded; there is no operation yet that this one could join. */
public class KeyInProgress extends RuntimeException {
    KeyInProgress() {
        super("the first request with this key is being recorded");
    }
}
