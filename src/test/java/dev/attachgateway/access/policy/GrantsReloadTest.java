package dev.attachgateway.access.policy;

import static dev.attachgateway.access.Client.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.AccessProfile;
import dev.attachgateway.access.Client;
import dev.attachgateway.access.SwappedFile;
import dev.attachgateway.access.Tokens;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Seed;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Grants change while callers ask to attach: {@code -Dreload.changes=1000 -Dreload.callers=50} for the whole of it. Every
 * version of the file lets in callers by lot and names its grant for itself, so each answer says which version it is from.
 */
@QuarkusTest
@TestProfile(GrantsReloadTest.ChangingGrants.class)
@WithTestResource(PostgresForTests.class)
class GrantsReloadTest {
    private static final int CHANGES = Integer.getInteger("reload.changes", 100);
    private static final int CALLERS = Integer.getInteger("reload.callers", 10);
    private static final long SEED = Seed.of("reload.seed");
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofHours(1);

    /** The grants are the test's own, and are looked at often. */
    public static class ChangingGrants extends AccessProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            SwappedFile.begin();
            return Map.of("access.grants-file", SwappedFile.LINK.toString(), "access.grants-reload-interval", "10ms");
        }
    }

    /**
     * What a caller was told.
     *
     * @param from the version that was known to be in force before it asked
     * @param to the latest that was written before it had its answer
     * @param version whose the answer says it is; 0 for a refusal, which names none
     */
    private record Told(int caller, int from, int to, int status, int version) {
        /** Whether some version of that time says so. */
        boolean isRight() {
            return switch (status) {
                case 200 -> from <= version && version <= to && allows(version, caller);
                case 403 -> IntStream.rangeClosed(from, to).anyMatch(each -> !allows(each, caller));
                default -> false;
            };
        }
    }

    @Inject
    FileAccessPolicy grants;

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger inForce = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void every_decision_is_of_a_file_that_was_valid_at_that_time() throws Exception {
        change(0);
        List<Future<List<Told>>> callers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < CALLERS; caller++) {
                callers.add(threads.submit(asking(caller)));
            }
            try {
                for (int version = 1; version <= CHANGES; version++) {
                    change(version);
                    int before = answered.get();
                    await().atMost(LIMIT)
                            .pollInterval(Duration.ofMillis(2))
                            .until(() -> answered.get() > before + CALLERS / 2);
                }
            } finally {
                over.set(true);
            }
        }

        List<Told> all = new ArrayList<>();
        callers.forEach(caller -> all.addAll(caller.resultNow()));
        assertThat(all).as("seed %d", SEED).allMatch(Told::isRight);
        assertThat(all).extracting(Told::status).contains(200, 403);
        assertThat(all.stream().map(Told::version).distinct().count())
                .as("versions that somebody was let in by")
                .isGreaterThan(CHANGES / 4);
        System.out.printf("reload: %d changes, %d callers, %d decisions%n", CHANGES, CALLERS, all.size());
    }

    private Callable<List<Told>> asking(int caller) {
        String token = sandbox.sign(
                sandbox.claims("caller-" + caller).expiresAt(Instant.now().plus(LONGER_THAN_THE_TEST)));
        return () -> {
            List<Told> told = new ArrayList<>();
            while (!over.get()) {
                int from = inForce.get();
                var answer = Client.attach(token);
                int version = answer.statusCode() == 200
                        ? Integer.parseInt(answer.body().substring(1))
                        : 0;
                told.add(new Told(caller, from, written.get(), answer.statusCode(), version));
                answered.incrementAndGet();
            }
            return told;
        };
    }

    /** Puts a version in force: by a rename or by a swapped link in turns, and now and then after a broken file. */
    private void change(int version) throws IOException {
        if (version % 7 == 3) {
            SwappedFile.put("grants: [", version);
            await().atMost(LIMIT).until(grants::isBroken);
        }
        written.set(version);
        SwappedFile.put(text(version), version);
        Caller always = new Caller("sandbox", "always", Set.of());
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> grants.decide(always, Action.ATTACH, PROJECT, null, null)
                        .equals(new Decision.Allowed("v" + version)));
        inForce.set(version);
    }

    private static String text(int version) {
        var subjects = new StringBuilder("always");
        IntStream.range(0, CALLERS)
                .filter(caller -> allows(version, caller))
                .forEach(caller -> subjects.append(", caller-").append(caller));
        return """
                grants:
                  - {name: v%d, issuer: sandbox, subjects: [%s], projects: ["%s"], actions: [attach]}
                """.formatted(version, subjects, PROJECT);
    }

    private static boolean allows(int version, int caller) {
        return new SplittableRandom(SEED + 1_000L * version + caller).nextBoolean();
    }
}
