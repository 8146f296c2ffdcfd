package dev.attachgateway.problem;

import dev.attachgateway.attach.ProblemCatalog;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.problem.type.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;

/** Says of a refusal that did not happen what it would have been. */
@ApplicationScoped
class ProblemCatalogAdapter implements ProblemCatalog {
    @Override
    public ProblemDescription describe(Throwable refusal) {
        var problemBuilder = ProblemMapper.recognise(-1, refusal);
        return of(problemBuilder.complaint(), problemBuilder.code(), problemBuilder.detail());
    }

    @Override
    public ProblemDescription describe(OperationFailure failure) {
        return of(ProblemMapper.complaint(failure.kind()), failure.code(), failure.message());
    }

    private static ProblemDescription of(ProblemType problemType, String code, String message) {
        return new ProblemDescription(problemType.status(), code, message, problemType.nextStep());
    }
}
