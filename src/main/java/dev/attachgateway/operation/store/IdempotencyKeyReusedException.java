package dev.attachgateway.operation.store;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;

/** The idempotency key belongs to a request with other parameters. */
public class IdempotencyKeyReusedException extends ProblemException {
    IdempotencyKeyReusedException() {
        super(ProblemType.KEY_REUSED);
    }
}
