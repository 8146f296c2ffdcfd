package dev.attachgateway.upstream.credential;

/** The operator has given the gateway no credential for this project of the cloud. */
public class MissingCredentialException extends RuntimeException {
    public MissingCredentialException(String projectId) {
        super("no cloud credential is configured for project " + projectId);
    }
}
