package dev.attachgateway.access.authentication;

import java.util.Set;

/** A source of credentials: the issuers of bearer tokens, or the file of access keys. */
public interface CredentialSource {
    /** The issuer names of its callers, as grants and the audit log use them. */
    Set<String> issuerNames();
}
