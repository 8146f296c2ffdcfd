package dev.attachgateway.sandbox.http;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The identifiers of the cloud and their patterns. */
public final class SandboxIds {

    /** Huawei Cloud ModelArts API reference, AttachDevServerVolume: lower case, UUID version 1 to 5. */
    private static final Pattern STRICT =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /** DetachDevServerVolume documents any case and any version. */
    private static final Pattern LOOSE =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private static final Pattern PROJECT = Pattern.compile("[0-9a-zA-Z-]{1,64}");

    private SandboxIds() {}

    public static boolean isStrict(String id) {
        return STRICT.matcher(id).matches();
    }

    public static boolean isProject(String id) {
        return PROJECT.matcher(id).matches();
    }

    public static Optional<String> loose(String id) {
        return LOOSE.matcher(id).matches() ? Optional.of(id.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    public static String fresh() {
        return UUID.randomUUID().toString();
    }

    /** 32 lower-case hexadecimal digits, as the cloud's request ids are. */
    public static String freshHex() {
        return fresh().replace("-", "");
    }
}
