package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.InvalidRequest;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which disks are asked for (EVS API reference, ListVolumes).
 *
 * @param filters the parameters that are passed on whoever asks
 * @param ids the only disks that are wanted; empty for all
 * @param onServer only disks that this server has, by its id in EVS
 * @param marker the last disk of the page before, in lower case
 */
record DiskQuery(
        Map<String, String> filters,
        Set<String> ids,
        Optional<String> onServer,
        Optional<String> marker,
        int limit,
        int offset) {
    /** Disks on a page at most. */
    static final int MOST = 1000;

    /** Ids in one call at most. */
    static final int MOST_IDS = 60;

    private static final List<String> NAMES = List.of(
            "name",
            "status",
            "availability_zone",
            "multiattach",
            "id",
            "ids",
            "server_id",
            "limit",
            "offset",
            "marker",
            "sort_key",
            "sort_dir");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern LIST = Pattern.compile("\\[(.*)]");

    static DiskQuery read(MultiMap query, InvalidRequest.Look look) {
        look.onlyParameters(Set.copyOf(query.names()), NAMES);
        var parameters = new Parameters(query, look);
        var filters = new HashMap<String, String>();
        parameters
                .text("name", Parameters.line(255), "has to be 1 to 255 characters")
                .ifPresent(name -> filters.put("name", name));
        for (var name : List.of("status", "availability_zone")) {
            parameters
                    .text(name, WORD.asMatchPredicate(), "has to be 1 to 64 letters, digits and - _ .")
                    .ifPresent(word -> filters.put(name, word));
        }
        parameters.word("multiattach", Set.of("true", "false")).ifPresent(wish -> filters.put("multiattach", wish));
        parameters
                .word("sort_key", Set.of("id", "status", "size", "created_at"))
                .ifPresent(key -> filters.put("sort_key", key));
        parameters.word("sort_dir", Set.of("asc", "desc")).ifPresent(way -> filters.put("sort_dir", way));
        var one = parameters.text("id", DiskQuery::isId, "has to be a UUID of version 1 to 5");
        var many = parameters.text(
                "ids",
                text -> !list(text).isEmpty() && list(text).size() <= MOST_IDS,
                "has to be ['id','id'] with 1 to " + MOST_IDS + " UUIDs");
        if (one.isPresent() && many.isPresent()) {
            look.wrong("id", "and ids exclude each other");
        }
        return new DiskQuery(
                Map.copyOf(filters),
                Stream.concat(
                                one.map(CloudIds::normalize).stream(),
                                many.map(DiskQuery::list).stream().flatMap(Set::stream))
                        .collect(Collectors.toUnmodifiableSet()),
                parameters
                        .text("server_id", WORD.asMatchPredicate(), "has to be the id of a cloud server")
                        .map(CloudIds::normalize),
                parameters
                        .text("marker", DiskQuery::isId, "has to be the id of a disk")
                        .map(CloudIds::normalize),
                parameters.number("limit", 1, MOST, MOST),
                parameters.number("offset", 0, Integer.MAX_VALUE, 0));
    }

    private static boolean isId(String text) {
        return CloudIds.isUuid(CloudIds.normalize(text));
    }

    /** The ids in {@code ['a','b']}; none when it has another form. */
    private static Set<String> list(String text) {
        var inner = LIST.matcher(text.strip());
        if (!inner.matches()) {
            return Set.of();
        }
        var ids = Stream.of(inner.group(1).split(",", -1))
                .map(id -> id.strip().replaceAll("^(['\"])(.*)\\1$", "$2"))
                .map(CloudIds::normalize)
                .collect(Collectors.toUnmodifiableSet());
        return ids.stream().allMatch(CloudIds::isUuid) ? ids : Set.of();
    }

    /** The parameters that say which disks, for so many of them as are named. */
    Map<String, String> only(Set<String> named) {
        var all = new HashMap<>(filters);
        if (!named.isEmpty()) {
            all.put("ids", named.stream().sorted().collect(Collectors.joining("','", "['", "']")));
        }
        onServer.ifPresent(server -> all.put("server_id", server));
        return Map.copyOf(all);
    }

    /** As the cloud takes it. */
    Map<String, String> whole() {
        var all = new HashMap<>(only(ids));
        marker.ifPresent(last -> all.put("marker", last));
        all.put("limit", Integer.toString(limit));
        all.put("offset", Integer.toString(offset));
        return Map.copyOf(all);
    }

    /**
     * The page of all those that the caller may see, in the cloud's form.
     *
     * @throws InvalidRequest when the marker is none of them
     */
    ObjectNode page(List<ObjectNode> visible) {
        var all = visible.stream().map(disk -> Redaction.id(disk, "id")).toList();
        var after = marker.map(all::indexOf).orElse(-1);
        if (marker.isPresent() && after < 0) {
            new InvalidRequest.Look().wrong("marker", "is no disk of this list").end();
        }
        var page = JsonNodeFactory.instance.objectNode().put("count", visible.size());
        page.putArray("volumes")
                .addAll(visible.stream().skip(after + 1L + offset).limit(limit).toList());
        page.putArray("volumes_links");
        return page;
    }
}
