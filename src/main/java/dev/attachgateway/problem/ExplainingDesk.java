package dev.attachgateway.problem;

import dev.attachgateway.attach.ProblemCatalog;
import dev.attachgateway.operation.model.OperationFailure;
import jakarta.enterprise.context.ApplicationScoped;

/** Says of a refusal that did not happen what it would have been. */
@ApplicationScoped
class ExplainingDesk implements ProblemCatalog {
    @Override
    public ProblemDescription describe(Throwable refusal) {
        var finding = Desk.recognise(-1, refusal);
        return of(finding.complaint(), finding.code(), finding.detail());
    }

    @Override
    public ProblemDescription describe(OperationFailure failure) {
        return of(Desk.complaint(failure.kind()), failure.code(), failure.message());
    }

    private static ProblemDescription of(Complaint complaint, String code, String message) {
        return new ProblemDescription(complaint.status(), code, message, complaint.nextStep());
    }
}
