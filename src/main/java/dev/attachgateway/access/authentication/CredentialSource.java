package dev.attachgateway.access.authentication;

import java.util.Set;

/** A source of credentials: the issuers of bearer tokens, or the file of access keys. */
public interface CredentialSource {
    /** The issuers that its callers have; grants and the audit log name them. */
    Set<String> issuerNames();
}
