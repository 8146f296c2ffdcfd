package dev.attachgateway.testkit;

import dev.attachgateway.testkit.EventWriter.Paper;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A filter of a project's feed, as a query string and as a predicate.
 *
 * @param query the query string of the feed's URL, with its question mark
 * @param meant whether the filter includes an event
 */
public record FeedQuery(String query, Predicate<Written> meant) {
    /** The statuses of all events but the last of each operation. */
    public static final List<String> STATUSES = List.of("pending", "running", "success");

    private static final int SERVERS = 3;
    private static final int DISKS = 4;
    private static final int CALLERS = 3;

    /** An event that was written for an operation. */
    public record Written(Paper paper, String before, String after) {}

    /** Operations that share servers, disks and callers. */
    public static List<Paper> papers(int count, Random random) {
        return IntStream.range(0, count).mapToObj(_ -> paper(random)).toList();
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

    /** A random change of one of the operations, never to {@code failed}. */
    public static Written change(List<Paper> papers, Random random) {
        return new Written(
                papers.get(random.nextInt(papers.size())),
                STATUSES.get(random.nextInt(2)),
                STATUSES.get(random.nextInt(STATUSES.size())));
    }

    /** The last events, the only ones with the status {@code failed}: every filter includes some of them. */
    public static List<Written> marks(List<Paper> papers) {
        return papers.stream()
                .flatMap(paper -> STATUSES.stream().map(before -> new Written(paper, before, "failed")))
                .toList();
    }

    /** A random query with no, one or two values per filter, such that at least one operation matches. */
    public static FeedQuery random(List<Paper> papers, Random random) {
        var paper = papers.get(random.nextInt(papers.size()));
        var other = papers.get(random.nextInt(papers.size()));
        var query = new StringBuilder("?envelope=none");
        Predicate<Written> meant = _ -> true;
        if (random.nextInt(3) == 0) {
            query.append("&server=").append(paper.server());
            meant = meant.and(event -> event.paper().server().equals(paper.server()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&volume=").append(paper.volume()).append(',').append(other.volume());
            meant = meant.and(event -> event.paper().volume().equals(paper.volume())
                    || event.paper().volume().equals(other.volume()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&type=").append(paper.type());
            meant = meant.and(event -> event.paper().type().equals(paper.type()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&caller=").append(paper.caller()).append("&caller=").append(other.caller());
            meant = meant.and(event -> event.paper().caller().equals(paper.caller())
                    || event.paper().caller().equals(other.caller()));
        }
        if (random.nextInt(3) == 0) {
            var status = STATUSES.get(random.nextInt(STATUSES.size()));
            query.append("&status=").append(status);
            meant = meant.and(
                    event -> event.before().equals(status) || event.after().equals(status));
        }
        return new FeedQuery(query.toString(), meant);
    }
}
