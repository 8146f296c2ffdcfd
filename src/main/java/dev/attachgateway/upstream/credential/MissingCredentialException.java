package dev.attachgateway.upstream.credential;

/** No credential is configured for a project of the cloud. */
public class MissingCredentialException extends RuntimeException {
    /** The failure of a call in the given project. */
    public MissingCredentialException(String projectId) {
        super("no cloud credential is configured for project " + projectId);
    }
}
