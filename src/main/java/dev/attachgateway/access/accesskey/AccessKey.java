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
 * An access key, issued by the operator, with which a workload signs its requests.
 *
 * @param id the public part, sent with each request
 * @param secretKey the secret that requests are signed with
 * @param caller the caller that the key authenticates; several keys may belong to one caller
 * @param notAfter the expiry; empty when the key is valid as long as it is in the file
 */
public record AccessKey(String id, String secretKey, Caller caller, Optional<Instant> notAfter) {
    /** The issuer name of these callers in grants, operations and the audit log. */
    public static final String ISSUER = "access-key";

    private static final Pattern ID_FORMAT = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final int MIN_SECRET_LENGTH = 16;
    private static final int MAX_SUBJECT_LENGTH = 255;

    @JsonCreator
    static AccessKey read(
            @JsonProperty("access_key") @Nullable String id,
            @JsonProperty("secret_key") @Nullable String secret,
            @JsonProperty("subject") @Nullable String subject,
            @JsonProperty("groups") @Nullable List<String> groups,
            @JsonProperty("not_after") @Nullable String notAfter) {
        if (id == null || !ID_FORMAT.matcher(id).matches()) {
            throw new IllegalArgumentException("access_key has to be 1 to 128 letters, digits, - and _");
        }
        if (secret == null || secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("key " + id + ": secret_key has to be 16 characters or more");
        }
        if (subject == null || subject.isBlank() || subject.length() > MAX_SUBJECT_LENGTH) {
            throw new IllegalArgumentException("key " + id + " needs a subject of at most 255 characters");
        }
        if (groups != null && groups.stream().anyMatch(group -> group == null || group.isBlank())) {
            throw new IllegalArgumentException("key " + id + ": each of the groups needs a name");
        }
        return new AccessKey(
                id,
                secret,
                new Caller(ISSUER, subject, groups == null ? Set.of() : Set.copyOf(groups)),
                Optional.ofNullable(notAfter).map(text -> parseNotAfter(id, text)));
    }

    private static Instant parseNotAfter(String id, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "key " + id + ": not_after is not an instant such as 2027-01-31T12:00:00Z", e);
        }
    }

    boolean isExpired(Instant now) {
        return notAfter.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** An HMAC over the key's properties: it changes with any of them and reveals none of them without the secret. */
    String digest() {
        return Hashes.hmacSha256(
                secretKey,
                String.join(
                        "\n",
                        caller.subject(),
                        String.join("\n", new TreeSet<>(caller.groups())),
                        notAfter.toString()));
    }

    /** Does not contain the secret. */
    @Override
    public String toString() {
        return "AccessKey[" + id + "]";
    }
}
