package dev.attachgateway.audit.command;

import java.io.PrintStream;

/** What is wrong with a record: told one by one, and from some number on only counted. */
final class VerificationFindings {
    private static final int MAX_PRINTED = 100;

    private final PrintStream out;
    private long count;

    VerificationFindings(PrintStream out) {
        this.out = out;
    }

    void add(String sentence) {
        if (++count <= MAX_PRINTED) {
            out.println("- " + sentence);
        }
    }

    /** How many there are. */
    long finish() {
        if (count > MAX_PRINTED) {
            out.println("- and " + (count - MAX_PRINTED) + " more");
        }
        return count;
    }
}
