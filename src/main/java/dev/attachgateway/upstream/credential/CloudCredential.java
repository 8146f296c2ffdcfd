package dev.attachgateway.upstream.credential;

import dev.attachgateway.signature.Signer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The credential that the gateway uses in a project of the cloud: an IAM user, an access key, or both. With both,
 * writes are signed, because a signature carries a date, and reads use the user's token, which costs less.
 *
 * @param user null if there is only a key
 * @param key null if there is only a user
 */
public record CloudCredential(
        @Nullable IamUser user, @Nullable Signer key) {
    /** Fails with an {@link IllegalArgumentException} without user and key. */
    public CloudCredential {
        if (user == null && key == null) {
            throw new IllegalArgumentException("a credential needs a user or a key");
        }
    }

    /**
     * An IAM user, whose tokens are scoped to the project (IAM API reference, "Obtaining a User Token Through Password
     * Authentication").
     */
    public record IamUser(String name, String password, String domain) {
        @Override
        public String toString() {
            return "IamUser[" + domain + "/" + name + "]";
        }
    }

    /** Whether writes are signed with an access key rather than sent with a token. */
    public boolean signsWrites() {
        return key != null;
    }

    @Override
    public String toString() {
        return Stream.of(user, key)
                .filter(part -> part != null)
                .map(Object::toString)
                .collect(Collectors.joining("+"));
    }
}
