package dev.attachgateway.problem;

import dev.attachgateway.problem.type.ProblemType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A problem before the request's path and id are added.
 *
 * @param code the code of the problem type, or the cloud's code in its place
 * @param detail a sentence about this occurrence, or the title of the problem type
 * @param headers further headers of the response
 */
record ProblemBuilder(
        ProblemType problemType,
        String code,
        String detail,
        Map<String, String> headers,
        @Nullable UUID operationId,
        @Nullable UUID heldByOperationId,
        @Nullable UUID attachedByOperationId,
        @Nullable List<Problem.Detail> errors) {

    static ProblemBuilder of(ProblemType problemType) {
        return of(problemType, problemType.title());
    }

    static ProblemBuilder of(ProblemType problemType, @Nullable String detail) {
        return new ProblemBuilder(
                problemType,
                problemType.code(),
                detail == null ? problemType.title() : detail,
                Map.of(),
                null,
                null,
                null,
                null);
    }

    ProblemBuilder withCode(String code) {
        return new ProblemBuilder(
                problemType, code, detail, headers, operationId, heldByOperationId, attachedByOperationId, errors);
    }

    ProblemBuilder withHeader(String name, String value) {
        return new ProblemBuilder(
                problemType,
                code,
                detail,
                Map.of(name, value),
                operationId,
                heldByOperationId,
                attachedByOperationId,
                errors);
    }

    /** Sets Retry-After in whole seconds, rounded up to at least 1: some clients resend a POST immediately on 0. */
    ProblemBuilder withRetryAfter(Duration delay) {
        return withHeader(
                "Retry-After", Long.toString(Math.max(1, delay.plusMillis(999).toSeconds())));
    }

    ProblemBuilder withOperationId(UUID id) {
        return new ProblemBuilder(
                problemType, code, detail, headers, id, heldByOperationId, attachedByOperationId, errors);
    }

    ProblemBuilder withHeldBy(@Nullable UUID id) {
        return new ProblemBuilder(problemType, code, detail, headers, operationId, id, attachedByOperationId, errors);
    }

    ProblemBuilder withAttachedBy(@Nullable UUID id) {
        return new ProblemBuilder(problemType, code, detail, headers, operationId, heldByOperationId, id, errors);
    }

    ProblemBuilder withErrors(List<Problem.Detail> details) {
        return new ProblemBuilder(
                problemType,
                code,
                detail,
                headers,
                operationId,
                heldByOperationId,
                attachedByOperationId,
                details.isEmpty() ? null : details);
    }

    Problem build(String instance, String requestId) {
        return new Problem(
                problemType.type(),
                problemType.title(),
                problemType.status(),
                detail,
                instance,
                code,
                detail,
                problemType.nextStep(),
                requestId,
                operationId,
                heldByOperationId,
                attachedByOperationId,
                errors);
    }
}
