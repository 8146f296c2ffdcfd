package dev.attachgateway.upstream;

/** The operator has given the gateway no credential for this project of the cloud. */
public class NoCredential extends RuntimeException {
    NoCredential(String projectId) {
        super("no cloud credential is configured for project " + projectId);
    }
}
