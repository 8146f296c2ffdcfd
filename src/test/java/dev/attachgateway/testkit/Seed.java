package dev.attachgateway.testkit;

import java.util.Random;

/** The seed of what is random in a test. */
public final class Seed {
    private Seed() {}

    /**
     * The seed that this system property names, or a new one; it is printed at once, so that a red test can be repeated.
     *
     * @param property such as {@code race.seed}
     */
    public static long of(String property) {
        long seed = Long.getLong(property, new Random().nextLong());
        System.out.println("seed: -D" + property + "=" + seed);
        return seed;
    }
}
