package dev.attachgateway.request;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemDetail;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An invalid request, with all violations that were found. */
public class InvalidRequestException extends ProblemException {
    private InvalidRequestException(List<ProblemDetail> violations) {
        super(ProblemBuilder.of(
                        ProblemType.INVALID_REQUEST,
                        violations.stream()
                                .map(violation -> violation.field() + " " + violation.message())
                                .collect(Collectors.joining("; ", "", ".")))
                .withErrors(List.copyOf(violations)));
    }

    /** Collects all violations of a request before it is rejected. */
    public static final class RequestValidation {
        private final List<ProblemDetail> violations = new ArrayList<>();

        /** Requires a project id of 1 to 64 letters, digits and hyphens. */
        public RequestValidation projectId(String id) {
            return checkFormat(
                    "project_id", id, CloudIds::isProjectId, "has to be 1 to 64 letters, digits and hyphens");
        }

        /** Requires the id of a server, disk or operation, in lower case. */
        public RequestValidation uuid(String field, @Nullable String id) {
            return checkFormat(field, id, CloudIds::isUuid, "has to be a UUID of version 1 to 5");
        }

        /** Rejects all query parameters, for a call that takes none. */
        public RequestValidation rejectParameters(Set<String> names) {
            return allowParameters(names, Set.of());
        }

        /** Rejects unknown parameters: the call must not run as if a misspelled or unsupported one had not been sent. */
        public RequestValidation allowParameters(Set<String> names, Set<String> allowed) {
            names.stream()
                    .filter(name -> !allowed.contains(name))
                    .forEach(name -> addViolation(name, "is not a parameter of this call"));
            return this;
        }

        /** Rejects unknown parameters and lists the allowed ones in the message, for calls that take many. */
        public RequestValidation allowListedParameters(Set<String> names, List<String> allowed) {
            names.stream()
                    .filter(name -> !allowed.contains(name))
                    .forEach(name -> addViolation(
                            name, "is not a parameter of this call, which takes " + String.join(", ", allowed)));
            return this;
        }

        /** Adds a violation; the message continues a sentence that begins with the field. */
        public RequestValidation addViolation(String field, String message) {
            violations.add(ProblemDetail.ofField(field, message));
            return this;
        }

        /**
         * Ends the validation.
         *
         * @throws InvalidRequestException when there is any violation
         */
        public void throwIfInvalid() {
            if (!violations.isEmpty()) {
                throw new InvalidRequestException(violations);
            }
        }

        /** The violations so far as an exception, for when validation cannot continue. */
        public InvalidRequestException toException() {
            return new InvalidRequestException(violations);
        }

        private RequestValidation checkFormat(
                String field, @Nullable String id, Predicate<String> format, String message) {
            if (id == null) {
                return addViolation(field, "is missing");
            }
            return format.test(id) ? this : addViolation(field, message);
        }
    }
}
