package dev.attachgateway.testkit;

import dev.attachgateway.testkit.EventWriter.Paper;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What somebody wants to hear of a project, twice: as it is asked of the feed, and as it is meant.
 *
 * @param query of the feed's address, with its question mark
 * @param meant whether an event is to be told
 */
public record FeedQuery(String query, Predicate<Written> meant) {
    /** Of changes that are no end. */
    public static final List<String> STATUSES = List.of("pending", "running", "success");

    private static final int SERVERS = 3;
    private static final int DISKS = 4;
    private static final int CALLERS = 3;

    /** An event of an operation on paper. */
    public record Written(Paper paper, String before, String after) {}

    /** Operations that have some of their servers, disks and callers in common. */
    public static List<Paper> papers(int count, Random random) {
        return IntStream.range(0, count).mapToObj(any -> paper(random)).toList();
    }

    private static Paper paper(Random random) {
        return Paper.of(
                id(random.nextInt(SERVERS)),
                id(random.nextInt(DISKS)),
                random.nextBoolean() ? EventWriter.ATTACH : EventWriter.DETACH,
                "sandbox:team-" + random.nextInt(CALLERS));
    }

    private static UUID id(int number) {
        return new UUID(0x4000, 0x8000000000000000L + number);
    }

    /** A change of one of them, never an end for which {@code failed} is the word. */
    public static Written change(List<Paper> papers, Random random) {
        return new Written(
                papers.get(random.nextInt(papers.size())),
                STATUSES.get(random.nextInt(2)),
                STATUSES.get(random.nextInt(STATUSES.size())));
    }

    /** The last events, which alone are failures: every wish is meant by some of them. */
    public static List<Written> marks(List<Paper> papers) {
        return papers.stream()
                .flatMap(paper -> STATUSES.stream().map(before -> new Written(paper, before, "failed")))
                .toList();
    }

    /** Of each sort of filter one or two values, or none; always such that some operation fits. */
    public static FeedQuery random(List<Paper> papers, Random random) {
        var paper = papers.get(random.nextInt(papers.size()));
        var other = papers.get(random.nextInt(papers.size()));
        var query = new StringBuilder("?envelope=none");
        Predicate<Written> meant = any -> true;
        if (random.nextInt(3) == 0) {
            query.append("&server=").append(paper.server());
            meant = meant.and(it -> it.paper().server().equals(paper.server()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&volume=").append(paper.volume()).append(',').append(other.volume());
            meant = meant.and(it -> it.paper().volume().equals(paper.volume())
                    || it.paper().volume().equals(other.volume()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&type=").append(paper.type());
            meant = meant.and(it -> it.paper().type().equals(paper.type()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&caller=").append(paper.caller()).append("&caller=").append(other.caller());
            meant = meant.and(it -> it.paper().caller().equals(paper.caller())
                    || it.paper().caller().equals(other.caller()));
        }
        if (random.nextInt(3) == 0) {
            var status = STATUSES.get(random.nextInt(STATUSES.size()));
            query.append("&status=").append(status);
            meant = meant.and(it -> it.before().equals(status) || it.after().equals(status));
        }
        return new FeedQuery(query.toString(), meant);
    }
}
