package dev.attachgateway.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.attachgateway.signature.Digests;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key with which a workload signs its requests, as the operator gave it out.
 *
 * @param name the access key itself, which is sent
 * @param secret what requests are signed with
 * @param caller who signs with it; several keys may stand for the same one
 * @param notAfter until when it counts; empty for as long as it is in the file
 */
record AccessKey(String name, String secret, Caller caller, Optional<Instant> notAfter) {
    /** Stands in grants, operations and the audit record where that of a token's issuer would. */
    static final String ISSUER = "access-key";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final int SHORTEST_SECRET = 16;
    private static final int LONGEST_SUBJECT = 255;

    @JsonCreator
    static AccessKey read(
            @JsonProperty("access_key") @Nullable String name,
            @JsonProperty("secret_key") @Nullable String secret,
            @JsonProperty("subject") @Nullable String subject,
            @JsonProperty("groups") @Nullable List<String> groups,
            @JsonProperty("not_after") @Nullable String notAfter) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("access_key has to be 1 to 128 letters, digits, - and _");
        }
        if (secret == null || secret.length() < SHORTEST_SECRET) {
            throw new IllegalArgumentException("key " + name + ": secret_key has to be 16 characters or more");
        }
        if (subject == null || subject.isBlank() || subject.length() > LONGEST_SUBJECT) {
            throw new IllegalArgumentException("key " + name + " needs a subject of at most 255 characters");
        }
        if (groups != null && groups.stream().anyMatch(group -> group == null || group.isBlank())) {
            throw new IllegalArgumentException("key " + name + ": each of the groups needs a name");
        }
        return new AccessKey(
                name,
                secret,
                new Caller(ISSUER, subject, groups == null ? Set.of() : Set.copyOf(groups)),
                Optional.ofNullable(notAfter).map(text -> instant(name, text)));
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "key " + name + ": not_after is not an instant such as 2027-01-31T12:00:00Z", e);
        }
    }

    boolean isOver(Instant now) {
        return notAfter.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Another one whenever anything in the key's entry is another; nobody without the secret can tell what it is of. */
    String digest() {
        return Digests.hmac(
                secret,
                String.join(
                        "\n",
                        caller.subject(),
                        String.join("\n", new TreeSet<>(caller.groups())),
                        notAfter.toString()));
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "AccessKey[" + name + "]";
    }
}
