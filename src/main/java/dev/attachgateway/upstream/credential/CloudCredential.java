package dev.attachgateway.upstream.credential;

import dev.attachgateway.signature.Signer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway shows itself to the cloud in one project: as a user, by an access key, or as either. A write is signed
 * where it can be, because a signature dates it; a read takes the user's token, which costs less.
 *
 * @param user null when there is only a key
 * @param key null when there is only a user
 */
public record CloudCredential(
        @Nullable IamUser user, @Nullable Signer key) {
    public CloudCredential {
        if (user == null && key == null) {
            throw new IllegalArgumentException("a credential needs a user or a key");
        }
    }

    /**
     * An IAM user; it gets a token scoped to the project (IAM API reference, "Obtaining a User Token Through Password
     * Authentication").
     */
    public record IamUser(String name, String password, String domain) {
        @Override
        public String toString() {
            return "IamUser[" + domain + "/" + name + "]";
        }
    }

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
