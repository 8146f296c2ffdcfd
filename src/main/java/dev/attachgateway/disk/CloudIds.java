package dev.attachgateway.disk;

import java.util.Locale;
import java.util.regex.Pattern;

/** The syntax of the cloud's ids (ModelArts API reference, AttachDevServerVolume). */
public final class CloudIds {
    /** A UUID of version 1 to 5 of the RFC variant, the id of servers, disks and operations. */
    public static final String UUID_REGEX = "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

    /** The same in either case: the cloud's own detach accepts both. */
    public static final String UUID_ANY_CASE_REGEX =
            "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$";

    /** The id of a project. */
    public static final String PROJECT_ID_REGEX = "^[a-zA-Z0-9-]{1,64}$";

    private static final Pattern UUID_PATTERN = Pattern.compile(UUID_REGEX);
    private static final Pattern PROJECT_ID_PATTERN = Pattern.compile(PROJECT_ID_REGEX);

    private CloudIds() {}

    /** Whether a text is the id of a server, a disk or an operation, in lower case. */
    public static boolean isUuid(String id) {
        return UUID_PATTERN.matcher(id).matches();
    }

    /** Whether a text is the id of a project. */
    public static boolean isProjectId(String id) {
        return PROJECT_ID_PATTERN.matcher(id).matches();
    }

    /** The form in which ids are compared, stored and sent. */
    public static String normalize(String id) {
        return id.toLowerCase(Locale.ROOT);
    }
}
