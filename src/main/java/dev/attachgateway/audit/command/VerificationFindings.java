package dev.attachgateway.audit.command;

import java.io.PrintStream;

/** Findings of a verification: the first 100 are printed, further ones only counted. */
final class VerificationFindings {
    private static final int MAX_PRINTED = 100;

    private final PrintStream out;
    private long count;

    VerificationFindings(PrintStream out) {
        this.out = out;
    }

    void add(String finding) {
        if (++count <= MAX_PRINTED) {
            out.println("- " + finding);
        }
    }

    /** Prints how many findings were left out; returns the total. */
    long finish() {
        if (count > MAX_PRINTED) {
            out.println("- and " + (count - MAX_PRINTED) + " more");
        }
        return count;
    }
}
