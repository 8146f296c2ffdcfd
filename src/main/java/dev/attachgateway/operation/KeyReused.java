package dev.attachgateway.operation;

/** The key stands for a request that asked for something else. */
public class KeyReused extends RuntimeException {
    KeyReused() {
        super("the key was used for another request");
    }
}
