package dev.attachgateway.problem.type;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A problem before the request's path and id are added.
 *
 * @param code the code of the problem type, or the cloud's code in its place
 * @param detail a sentence about this occurrence, or the title of the problem type
 * @param headers further headers of the response
 */
public record ProblemBuilder(
        ProblemType problemType,
        String code,
        String detail,
        Map<String, String> headers,
        @Nullable UUID operationId,
        @Nullable UUID heldByOperationId,
        @Nullable UUID attachedByOperationId,
        @Nullable List<ProblemDetail> errors) {
    /** The delay before a retry, where nothing better is known. */
    public static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(2);

    /** A problem whose detail is the title of its type. */
    public static ProblemBuilder of(ProblemType problemType) {
        return of(problemType, problemType.title());
    }

    /** A problem with a detail; 503 always has a Retry-After. */
    public static ProblemBuilder of(ProblemType problemType, String detail) {
        var problem = new ProblemBuilder(problemType, problemType.code(), detail, Map.of(), null, null, null, null);
        return problemType.status() == 503 ? problem.withRetryAfter(DEFAULT_RETRY_AFTER) : problem;
    }

    /** Sets the cloud's code in place of the gateway's. */
    public ProblemBuilder withCode(String code) {
        return new ProblemBuilder(
                problemType, code, detail, headers, operationId, heldByOperationId, attachedByOperationId, errors);
    }

    /** Adds a header, or replaces the one of this name. */
    public ProblemBuilder withHeader(String name, String value) {
        var extended = new TreeMap<>(headers);
        extended.put(name, value);
        return new ProblemBuilder(
                problemType, code, detail, extended, operationId, heldByOperationId, attachedByOperationId, errors);
    }

    /** Sets Retry-After in whole seconds, rounded up to at least 1: some clients resend a POST immediately on 0. */
    public ProblemBuilder withRetryAfter(Duration delay) {
        return withHeader(
                "Retry-After", Long.toString(Math.max(1, delay.plusMillis(999).toSeconds())));
    }

    /** Sets the operation that the problem concerns. */
    public ProblemBuilder withOperationId(UUID id) {
        return new ProblemBuilder(
                problemType, code, detail, headers, id, heldByOperationId, attachedByOperationId, errors);
    }

    /** Sets the operation that has reserved the disk, where the caller may read it. */
    public ProblemBuilder withHeldBy(@Nullable UUID id) {
        return new ProblemBuilder(problemType, code, detail, headers, operationId, id, attachedByOperationId, errors);
    }

    /** Sets the operation that attached the disk, where the caller may read it. */
    public ProblemBuilder withAttachedBy(@Nullable UUID id) {
        return new ProblemBuilder(problemType, code, detail, headers, operationId, heldByOperationId, id, errors);
    }

    /** Sets the individual errors. */
    public ProblemBuilder withErrors(List<ProblemDetail> details) {
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
}
