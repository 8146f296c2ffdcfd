package dev.attachgateway.problem;

import dev.attachgateway.attach.Explanations;
import dev.attachgateway.operation.Failure;
import jakarta.enterprise.context.ApplicationScoped;

/** Says of a refusal that did not happen what it would have been. */
@ApplicationScoped
class ExplainingDesk implements Explanations {
    @Override
    public Explanation of(Throwable refusal) {
        var finding = Desk.recognise(-1, refusal);
        return of(finding.complaint(), finding.code(), finding.detail());
    }

    @Override
    public Explanation of(Failure failure) {
        return of(Desk.complaint(failure.kind()), failure.code(), failure.message());
    }

    private static Explanation of(Complaint complaint, String code, String message) {
        return new Explanation(complaint.status(), code, message, complaint.nextStep());
    }
}
