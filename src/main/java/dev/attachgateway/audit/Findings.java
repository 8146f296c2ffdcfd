package dev.attachgateway.audit;

import java.io.PrintStream;

/** What is wrong with a record: told one by one, and from some number on only counted. */
final class Findings {
    private static final int MOST_TOLD = 100;

    private final PrintStream out;
    private long count;

    Findings(PrintStream out) {
        this.out = out;
    }

    void add(String sentence) {
        if (++count <= MOST_TOLD) {
            out.println("- " + sentence);
        }
    }

    /** How many there are. */
    long end() {
        if (count > MOST_TOLD) {
            out.println("- and " + (count - MOST_TOLD) + " more");
        }
        return count;
    }
}
