package dev.attachgateway.access.authentication;

/** The revocable basis of a credential, such as a session or an access key. Equal handles are revoked together. */
public interface RevocationHandle {
    /** Whether the credential was revoked before it expired. */
    boolean isRevoked();

    /** The name under which a ticket stores this handle, the same at every replica; not a secret. */
    String storedName();
}
