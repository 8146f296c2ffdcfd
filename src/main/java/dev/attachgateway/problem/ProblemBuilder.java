package dev.attachgateway.problem;

import dev.attachgateway.problem.type.ProblemType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A failure that has been recognised.
 *
 * @param code what stands in place of the complaint's own code
 * @param detail a sentence about this occurrence; the complaint's title where there is nothing more to say
 * @param headers what the answer carries besides
 */
record ProblemBuilder(
        ProblemType complaint,
        String code,
        String detail,
        Map<String, String> headers,
        @Nullable UUID operationId,
        @Nullable UUID heldBy,
        @Nullable UUID attachedBy,
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

    ProblemBuilder code(String code) {
        return new ProblemBuilder(complaint, code, detail, headers, operationId, heldBy, attachedBy, errors);
    }

    ProblemBuilder header(String name, String value) {
        return new ProblemBuilder(
                complaint, code, detail, Map.of(name, value), operationId, heldBy, attachedBy, errors);
    }

    /** In whole seconds and never 0: some clients send a POST again at once when they are told 0. */
    ProblemBuilder retryAfter(Duration wait) {
        return header(
                "Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
    }

    ProblemBuilder operation(UUID id) {
        return new ProblemBuilder(complaint, code, detail, headers, id, heldBy, attachedBy, errors);
    }

    ProblemBuilder heldBy(@Nullable UUID id) {
        return new ProblemBuilder(complaint, code, detail, headers, operationId, id, attachedBy, errors);
    }

    ProblemBuilder attachedBy(@Nullable UUID id) {
        return new ProblemBuilder(complaint, code, detail, headers, operationId, heldBy, id, errors);
    }

    ProblemBuilder errors(List<Problem.Detail> all) {
        return new ProblemBuilder(
                complaint, code, detail, headers, operationId, heldBy, attachedBy, all.isEmpty() ? null : all);
    }

    Problem problem(String instance, String requestId) {
        return new Problem(
                complaint.type(),
                complaint.title(),
                complaint.status(),
                detail,
                instance,
                code,
                detail,
                complaint.nextStep(),
                requestId,
                operationId,
                heldBy,
                attachedBy,
                errors);
    }
}
