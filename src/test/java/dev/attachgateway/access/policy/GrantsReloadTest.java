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
 * Proves that decisions stay consistent while the grants file changes: {@code -Dreload.changes=1000 -Dreload.callers=50} for the
 * full run. Each version of the file grants random callers and names its grant after itself, so that each response identifies
 * the version that allowed it.
 */
@QuarkusTest
@TestProfile(GrantsReloadTest.ChangingGrants.class)
@WithTestResource(PostgresForTests.class)
class GrantsReloadTest {
    private static final int CHANGES = Integer.getInteger("reload.changes", 100);
    private static final int CALLERS = Integer.getInteger("reload.callers", 10);
    private static final long SEED = Seed.of("reload.seed");
    private static final Duration TIMEOUT = Timeouts.CONDITION;
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

    /** The test's own grants file, polled every 10 ms. */
    public static class ChangingGrants extends AccessProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            SwappedFile.begin();
            return Map.of("access.grants-file", SwappedFile.LINK.toString(), "access.grants-reload-interval", "10ms");
        }
    }

    /**
     * One decision as a caller observed it.
     *
     * @param from the version that was in force before the request
     * @param to the last version that was written before the response
     * @param version the version that allowed the request; 0 for a rejection, which names none
     */
    private record Observation(int caller, int from, int to, int status, int version) {
        /** Whether a version in that range gives this decision. */
        boolean isConsistent() {
            return switch (status) {
                case 200 -> from <= version && version <= to && allows(version, caller);
                case 403 -> IntStream.rangeClosed(from, to).anyMatch(candidate -> !allows(candidate, caller));
                default -> false;
            };
        }
    }

    @Inject
    FileAccessPolicy grants;

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger inForce = new AtomicInteger();
    private final AtomicInteger responseCount = new AtomicInteger();
    private final AtomicBoolean finished = new AtomicBoolean();

    @Test
    void every_decision_comes_from_a_version_in_force_during_the_request() throws Exception {
        change(0);
        List<Future<List<Observation>>> callers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < CALLERS; caller++) {
                callers.add(threads.submit(requestLoop(caller)));
            }
            try {
                for (int version = 1; version <= CHANGES; version++) {
                    change(version);
                    int before = responseCount.get();
                    await().atMost(TIMEOUT)
                            .pollInterval(Duration.ofMillis(2))
                            .until(() -> responseCount.get() > before + CALLERS / 2);
                }
            } finally {
                finished.set(true);
            }
        }

        var observations = new ArrayList<Observation>();
        callers.forEach(caller -> observations.addAll(caller.resultNow()));
        assertThat(observations).as("seed %d", SEED).allMatch(Observation::isConsistent);
        assertThat(observations).extracting(Observation::status).contains(200, 403);
        assertThat(observations.stream().map(Observation::version).distinct().count())
                .as("versions that allowed a request")
                .isGreaterThan(CHANGES / 4);
        System.out.printf("reload: %d changes, %d callers, %d decisions%n", CHANGES, CALLERS, observations.size());
    }

    private Callable<List<Observation>> requestLoop(int caller) {
        String token = sandbox.sign(
                sandbox.claims("caller-" + caller).expiresAt(Instant.now().plus(TOKEN_LIFETIME)));
        return () -> {
            var observations = new ArrayList<Observation>();
            while (!finished.get()) {
                int from = inForce.get();
                var response = Client.attach(token);
                int version = response.statusCode() == 200
                        ? Integer.parseInt(response.body().substring(1))
                        : 0;
                observations.add(new Observation(caller, from, written.get(), response.statusCode(), version));
                responseCount.incrementAndGet();
            }
            return observations;
        };
    }

    /** Puts a version in force, alternately by a rename and by a symlink swap; every seventh time after an invalid file. */
    private void change(int version) throws IOException {
        if (version % 7 == 3) {
            SwappedFile.put("grants: [", version);
            await().atMost(TIMEOUT).until(grants::isBroken);
        }
        written.set(version);
        SwappedFile.put(fileContent(version), version);
        var always = new Caller("sandbox", "always", Set.of());
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> grants.decide(always, Action.ATTACH, PROJECT, null, null)
                        .equals(new Decision.Allowed("v" + version)));
        inForce.set(version);
    }

    private static String fileContent(int version) {
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
