package dev.attachgateway.problem;

import dev.attachgateway.attach.ProblemCatalog;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.problem.type.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;

/** Describes for a dry run the problem that a refusal or failure would be reported as. */
@ApplicationScoped
class ProblemCatalogAdapter implements ProblemCatalog {
    @Override
    public ProblemDescription describe(Throwable failure) {
        var problemBuilder = ProblemMapper.map(-1, failure);
        return toDescription(problemBuilder.problemType(), problemBuilder.code(), problemBuilder.detail());
    }

    @Override
    public ProblemDescription describe(OperationFailure failure) {
        return toDescription(ProblemMapper.toProblemType(failure.kind()), failure.code(), failure.message());
    }

    private static ProblemDescription toDescription(ProblemType problemType, String code, String message) {
        return new ProblemDescription(problemType.status(), code, message, problemType.nextStep());
    }
}
