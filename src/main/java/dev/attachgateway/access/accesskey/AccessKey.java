package dev.attachgateway.access.accesskey;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.signature.Hashes;
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
 * @param id the access key itself, which is sent
 * @param secretKey what requests are signed with
 * @param caller who signs with it; several keys may stand for the same one
 * @param notAfter until when it counts; empty for as long as it is in the file
 */
public record AccessKey(String id, String secretKey, Caller caller, Optional<Instant> notAfter) {
    /** Stands in grants, operations and the audit record where that of a token's issuer would. */
    public static final String ISSUER = "access-key";

    private static final Pattern ID_FORMAT = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final int MIN_SECRET_LENGTH = 16;
    private static final int MAX_SUBJECT_LENGTH = 255;

    @JsonCreator
    static AccessKey read(
            @JsonProperty("access_key") @Nullable String name,
            @JsonProperty("secret_key") @Nullable String secret,
            @JsonProperty("subject") @Nullable String subject,
            @JsonProperty("groups") @Nullable List<String> groups,
            @JsonProperty("not_after") @Nullable String notAfter) {
        if (name == null || !ID_FORMAT.matcher(name).matches()) {
            throw new IllegalArgumentException("access_key has to be 1 to 128 letters, digits, - and _");
        }
        if (secret == null || secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("key " + name + ": secret_key has to be 16 characters or more");
        }
        if (subject == null || subject.isBlank() || subject.length() > MAX_SUBJECT_LENGTH) {
            throw new IllegalArgumentException("key " + name + " needs a subject of at most 255 characters");
        }
        if (groups != null && groups.stream().anyMatch(group -> group == null || group.isBlank())) {
            throw new IllegalArgumentException("key " + name + ": each of the groups needs a name");
        }
        return new AccessKey(
                name,
                secret,
                new Caller(ISSUER, subject, groups == null ? Set.of() : Set.copyOf(groups)),
                Optional.ofNullable(notAfter).map(text -> parseNotAfter(name, text)));
    }

    private static Instant parseNotAfter(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "key " + name + ": not_after is not an instant such as 2027-01-31T12:00:00Z", e);
        }
    }

    boolean isExpired(Instant now) {
        return notAfter.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Another one whenever anything in the key's entry is another; nobody without the secret can tell what it is of. */
    String digest() {
        return Hashes.hmacSha256(
                secretKey,
                String.join(
                        "\n",
                        caller.subject(),
                        String.join("\n", new TreeSet<>(caller.groups())),
                        notAfter.toString()));
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "AccessKey[" + id + "]";
    }
}
