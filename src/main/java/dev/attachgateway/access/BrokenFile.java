package dev.attachgateway.access;

/** A file of the operator's cannot be used; the message says why and where. */
final class BrokenFile extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenFile(String message) {
        super(message);
    }

    /** A mistake on a line; 0 when nobody knows which. */
    static BrokenFile at(int line, String message) {
        return new BrokenFile(line > 0 ? "line " + line + ": " + message : message);
    }
}
