package dev.attachgateway.history;

import dev.attachgateway.history.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Finds what must not be in the histories of a run. Pure: it knows nothing of how the gateway works, only what it promises.
 * All clocks of a run are one machine's.
 */
public final class Checker {
    /** The ledger counts in milliseconds. */
    private static final Duration GRAIN = Duration.ofMillis(2);

    private final Histories histories;
    private final Map<String, Course> courses;
    private final List<Violation> found = new ArrayList<>();

    private Checker(Histories histories) {
        this.histories = histories;
        this.courses = Course.of(histories.events().stream()
                .sorted(Comparator.comparing(Event::project).thenComparing(Event::position))
                .toList());
    }

    /** Everything that is wrong; empty when nothing is. */
    public static List<Violation> check(Histories histories) {
        var checker = new Checker(histories);
        checker.positions();
        checker.stories();
        checker.disks();
        checker.effects();
        checker.answers();
        return List.copyOf(checker.found);
    }

    private void positions() {
        var byProject = histories.events().stream()
                .collect(Collectors.groupingBy(
                        Event::project, Collectors.mapping(Event::position, Collectors.toList())));
        byProject.forEach((project, positions) -> {
            var expected = 1L;
            for (var position : positions.stream().sorted().toList()) {
                if (position < expected) {
                    add(Kind.POSITION_TWICE, project + " " + position);
                } else if (position > expected) {
                    add(Kind.POSITION_MISSING, project + " " + expected + " to " + (position - 1));
                }
                expected = position + 1;
            }
        });
    }

    private void stories() {
        for (var course : courses.values()) {
            var before = "";
            var ended = false;
            for (var event : course.events()) {
                if (ended) {
                    add(Kind.CHANGED_AFTER_ITS_END, event.toString());
                } else if (!event.before().equals(before)) {
                    add(Kind.BROKEN_STORY, event + " after " + before);
                }
                before = event.status();
                ended |= event.isTerminal();
            }
            if (!ended && !course.last().unsettled()) {
                add(Kind.LOST, "no last word: " + course.last());
            }
        }
    }

    /** By position, which is the order in which it was committed. */
    private void disks() {
        byDisk(courses.values().stream().toList()).values().forEach(onDisk -> {
            for (var i = 1; i < onDisk.size(); i++) {
                for (var j = 0; j < i; j++) {
                    if (onDisk.get(j).endPosition() > onDisk.get(i).first().position()) {
                        add(
                                Kind.TWO_AT_ONCE,
                                onDisk.get(j).id() + " and " + onDisk.get(i).id());
                    }
                }
            }
        });
    }

    private static Map<String, List<Course>> byDisk(List<Course> all) {
        return all.stream()
                .collect(Collectors.groupingBy(course -> course.first().project() + course.disk()));
    }

    private void effects() {
        var counts = new HashMap<String, Integer>();
        var whereabouts = new HashMap<String, String>();
        var ordered = histories.effects().stream()
                .sorted(Comparator.comparing(Effect::at))
                .toList();
        for (var effect : ordered) {
            owner(effect, counts)
                    .ifPresentOrElse(
                            course -> counts.merge(course.id(), 1, Integer::sum),
                            () -> add(Kind.EFFECT_WITHOUT_OPERATION, effect.toString()));
            var attach = effect.type().equals("attach");
            var before = attach ? whereabouts.put(effect.disk(), effect.server()) : whereabouts.remove(effect.disk());
            if (attach ? before != null : !effect.server().equals(before)) {
                add(
                        Kind.IMPOSSIBLE_EFFECT,
                        effect + " while the disk was " + (before == null ? "free" : "on " + before));
            }
        }
        for (var course : courses.values()) {
            var count = counts.getOrDefault(course.id(), 0);
            if (count > 1) {
                add(Kind.DOUBLE_EFFECT, course.id() + " " + count + " times");
            }
            if (count == 0 && course.succeeded()) {
                add(Kind.SUCCESS_WITHOUT_EFFECT, course.last().toString());
            }
            if (count > 0 && course.failed()) {
                add(Kind.FAILED_WITH_EFFECT, course.last().toString());
            }
        }
    }

    /** The operation that was under way then; of several the one that has the fewest effects so far. */
    private java.util.Optional<Course> owner(Effect effect, Map<String, Integer> counts) {
        return courses.values().stream()
                .filter(course -> course.isOf(effect))
                .filter(course -> !effect.at().plus(GRAIN).isBefore(course.begun())
                        && !effect.at().minus(GRAIN).isAfter(course.ended()))
                .min(Comparator.comparing(course -> counts.getOrDefault(course.id(), 0)));
    }

    private void answers() {
        for (var attempt : histories.attempts()) {
            Answers.contradiction(attempt, courses, histories.effects())
                    .ifPresent(violation -> add(violation.kind(), violation.what()));
        }
    }

    private void add(Kind kind, String what) {
        found.add(new Violation(kind, Objects.requireNonNull(what)));
    }
}
