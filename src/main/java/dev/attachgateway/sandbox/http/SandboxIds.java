package dev.attachgateway.sandbox.http;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Identifiers of the cloud and their patterns. */
public final class SandboxIds {

    /** Huawei Cloud ModelArts API reference, AttachDevServerVolume: lower case, UUID version 1 to 5. */
    private static final Pattern STRICT_UUID_PATTERN =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /** DetachDevServerVolume documents any case and any version. */
    private static final Pattern LENIENT_UUID_PATTERN =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private static final Pattern PROJECT_ID_PATTERN = Pattern.compile("[0-9a-zA-Z-]{1,64}");

    private SandboxIds() {}

    /** Whether the id is a lower-case UUID of version 1 to 5. */
    public static boolean isStrictUuid(String id) {
        return STRICT_UUID_PATTERN.matcher(id).matches();
    }

    /** Whether the id has 1 to 64 letters, digits and hyphens. */
    public static boolean isProjectId(String id) {
        return PROJECT_ID_PATTERN.matcher(id).matches();
    }

    /** Returns a UUID of any case and version in lower case; empty for any other string. */
    public static Optional<String> normalizeUuid(String id) {
        return LENIENT_UUID_PATTERN.matcher(id).matches() ? Optional.of(id.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** Returns a random UUID of version 4. */
    public static String randomUuid() {
        return UUID.randomUUID().toString();
    }

    /** Returns 32 random lower-case hexadecimal digits, the format of the cloud's request ids. */
    public static String randomHex() {
        return randomUuid().replace("-", "");
    }
}
