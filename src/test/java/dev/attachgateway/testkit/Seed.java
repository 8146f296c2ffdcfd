package dev.attachgateway.testkit;

import java.util.Random;

/** The random seed of a test. */
public final class Seed {
    private Seed() {}

    /**
     * The seed from this system property, or a new one; it is printed, so that a failed test can be repeated.
     *
     * @param property such as {@code race.seed}
     */
    public static long of(String property) {
        long seed = Long.getLong(property, new Random().nextLong());
        System.out.println("seed: -D" + property + "=" + seed);
        return seed;
    }
}
