package dev.attachgateway.upstream.credential;

import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import java.time.Duration;

/** No credential is configured for a project of the cloud. */
public class MissingCredentialException extends ProblemException {
    /** The failure of a call in the given project. */
    public MissingCredentialException(String projectId) {
        super(
                ProblemBuilder.of(ProblemType.NO_CREDENTIAL).withRetryAfter(Duration.ofMinutes(1)),
                "no cloud credential is configured for project " + projectId,
                null);
    }
}
