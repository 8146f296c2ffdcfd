package dev.attachgateway.attach;

/** The request asks for an idempotency that this version does not give; ignoring that would be worse than refusing. */
public class KeyNotHonoured extends RuntimeException {
    private final String header;

    KeyNotHonoured(String header) {
        super("the header " + header + " is not honoured");
        this.header = header;
    }

    public String header() {
        return header;
    }
}
