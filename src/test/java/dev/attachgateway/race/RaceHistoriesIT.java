package dev.attachgateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.history.Checker;
import dev.attachgateway.history.Histories;
import dev.attachgateway.history.Violation;
import dev.attachgateway.history.Violation.Kind;
import dev.attachgateway.testkit.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that callers of three replicas that are killed never get a disk reserved twice and lose no operation. Reduced size;
 * {@code bench/race} runs the full size. */
class RaceHistoriesIT {
    private static final int ATTEMPTS = Integer.getInteger("race.attempts", 600);
    private static final int DISKS = Integer.getInteger("race.disks", 100);
    private static final int KILLS = Integer.getInteger("race.kills", 2);
    private static final int CALLERS = Integer.getInteger("race.callers", 40);
    private static final long SEED = Seed.of("race.seed");

    @TempDir
    Path folder;

    @Test
    void killed_replicas_reserve_each_disk_once_and_lose_no_operation() throws Exception {
        var size = new Race.Size(
                ATTEMPTS, DISKS, Math.max(2, DISKS / 2), CALLERS, 3, KILLS, Boolean.getBoolean("race.unguarded"));
        var violations = run(size, Path.of("target", "race"));
        assertThat(violations).isEmpty();
    }

    @Test
    void without_the_reservation_in_the_database_the_checker_finds_violations() throws Exception {
        var size = new Race.Size(120, 4, 8, 20, 3, 0, true);
        var violations = run(size, Path.of("target", "race-unguarded"));
        assertThat(violations).extracting(Violation::kind).contains(Kind.CONCURRENT_OPERATIONS);
    }

    private List<Violation> run(Race.Size size, Path target) throws Exception {
        System.out.println("race: " + size + ", -Drace.seed=" + SEED);
        var begun = System.nanoTime();
        var histories = Race.run(folder, size, SEED);
        histories.writeTo(target);
        var violations = Checker.check(histories);
        System.out.printf(
                "race: %d responses %s, %d events, %d effects, %d violations in %d s; histories in %s%n",
                histories.attempts().size(),
                statuses(histories),
                histories.events().size(),
                histories.effects().size(),
                violations.size(),
                (System.nanoTime() - begun) / 1_000_000_000,
                target);
        return violations;
    }

    private static Map<Integer, Long> statuses(Histories histories) {
        return histories.attempts().stream()
                .collect(Collectors.groupingBy(
                        attempt -> attempt.status(), java.util.TreeMap::new, Collectors.counting()));
    }
}
