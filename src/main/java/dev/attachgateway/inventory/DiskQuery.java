package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.request.InvalidRequestException;
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
 * The parameters of a request for disks (EVS API reference, ListVolumes).
 *
 * @param filters the parameters passed to the cloud for every caller
 * @param ids the requested disks; empty for all
 * @param cloudServerId limits the list to the disks of this server, by its id in EVS
 * @param marker the last disk of the previous page, in lower case
 */
record DiskQuery(
        Map<String, String> filters,
        Set<String> ids,
        Optional<String> cloudServerId,
        Optional<String> marker,
        int limit,
        int offset) {
    /** The maximum number of disks on a page. */
    static final int MAX_LIMIT = 1000;

    /** The maximum number of ids in one call. */
    static final int MAX_IDS = 60;

    private static final List<String> PARAMETER_NAMES = List.of(
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
    private static final Pattern NAME_FORMAT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern ID_LIST_FORMAT = Pattern.compile("\\[(.*)]");

    static DiskQuery parse(MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        requestValidation.allowListedParameters(Set.copyOf(query.names()), PARAMETER_NAMES);
        var queryParameterReader = new QueryParameterReader(query, requestValidation);
        var filters = new HashMap<String, String>();
        queryParameterReader
                .text("name", QueryParameterReader.singleLine(255), "has to be 1 to 255 characters")
                .ifPresent(name -> filters.put("name", name));
        for (var name : List.of("status", "availability_zone")) {
            queryParameterReader
                    .text(name, NAME_FORMAT.asMatchPredicate(), "has to be 1 to 64 letters, digits and - _ .")
                    .ifPresent(word -> filters.put(name, word));
        }
        queryParameterReader
                .oneOf("multiattach", Set.of("true", "false"))
                .ifPresent(value -> filters.put("multiattach", value));
        queryParameterReader
                .oneOf("sort_key", Set.of("id", "status", "size", "created_at"))
                .ifPresent(key -> filters.put("sort_key", key));
        queryParameterReader
                .oneOf("sort_dir", Set.of("asc", "desc"))
                .ifPresent(direction -> filters.put("sort_dir", direction));
        var singleId = queryParameterReader.text("id", DiskQuery::isId, "has to be a UUID of version 1 to 5");
        var idList = queryParameterReader.text(
                "ids",
                text -> !parseIds(text).isEmpty() && parseIds(text).size() <= MAX_IDS,
                "has to be ['id','id'] with 1 to " + MAX_IDS + " UUIDs");
        if (singleId.isPresent() && idList.isPresent()) {
            requestValidation.addViolation("id", "and ids exclude each other");
        }
        return new DiskQuery(
                Map.copyOf(filters),
                Stream.concat(
                                singleId.map(CloudIds::normalize).stream(),
                                idList.map(DiskQuery::parseIds).stream().flatMap(Set::stream))
                        .collect(Collectors.toUnmodifiableSet()),
                queryParameterReader
                        .text("server_id", NAME_FORMAT.asMatchPredicate(), "has to be the id of a cloud server")
                        .map(CloudIds::normalize),
                queryParameterReader
                        .text("marker", DiskQuery::isId, "has to be the id of a disk")
                        .map(CloudIds::normalize),
                queryParameterReader.number("limit", 1, MAX_LIMIT, MAX_LIMIT),
                queryParameterReader.number("offset", 0, Integer.MAX_VALUE, 0));
    }

    private static boolean isId(String text) {
        return CloudIds.isUuid(CloudIds.normalize(text));
    }

    /** The ids in {@code ['a','b']}; empty if the text has another format. */
    private static Set<String> parseIds(String text) {
        var inner = ID_LIST_FORMAT.matcher(text.strip());
        if (!inner.matches()) {
            return Set.of();
        }
        var ids = Stream.of(inner.group(1).split(",", -1))
                .map(id -> id.strip().replaceAll("^(['\"])(.*)\\1$", "$2"))
                .map(CloudIds::normalize)
                .collect(Collectors.toUnmodifiableSet());
        return ids.stream().allMatch(CloudIds::isUuid) ? ids : Set.of();
    }

    /** The filters of the call to the cloud, limited to the given ids if there are any. */
    Map<String, String> filterParameters(Set<String> requestedIds) {
        var all = new HashMap<>(filters);
        if (!requestedIds.isEmpty()) {
            all.put("ids", requestedIds.stream().sorted().collect(Collectors.joining("','", "['", "']")));
        }
        cloudServerId.ifPresent(server -> all.put("server_id", server));
        return Map.copyOf(all);
    }

    /** The query parameters of the call to the cloud. */
    Map<String, String> toCloudParameters() {
        var all = new HashMap<>(filterParameters(ids));
        marker.ifPresent(last -> all.put("marker", last));
        all.put("limit", Integer.toString(limit));
        all.put("offset", Integer.toString(offset));
        return Map.copyOf(all);
    }

    /**
     * The requested page of the visible disks, in the format of the cloud.
     *
     * @throws InvalidRequestException if the marker is not among them
     */
    ObjectNode toPage(List<ObjectNode> visible) {
        var all = visible.stream()
                .map(disk -> ResponseRedactor.normalizedId(disk, "id"))
                .toList();
        var after = marker.map(all::indexOf).orElse(-1);
        if (marker.isPresent() && after < 0) {
            new InvalidRequestException.RequestValidation()
                    .addViolation("marker", "is no disk of this list")
                    .throwIfInvalid();
        }
        var page = JsonNodeFactory.instance.objectNode().put("count", visible.size());
        page.putArray("volumes")
                .addAll(visible.stream().skip(after + 1L + offset).limit(limit).toList());
        page.putArray("volumes_links");
        return page;
    }
}
