package dev.attachgateway.access.authentication;

/** What a credential rests on that can be taken back before the credential ends. Those that are equal end together. */
public interface RevocationHandle {
    /** Whether it was taken back. */
    boolean isRevoked();

    /** What a ticket remembers it by, at whichever replica it is shown; no secret. */
    String storedName();
}
