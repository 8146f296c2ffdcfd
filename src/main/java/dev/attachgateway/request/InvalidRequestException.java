package dev.attachgateway.request;

import dev.attachgateway.disk.CloudIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request whose shape is wrong, with everything that is wrong with it. */
public class InvalidRequestException extends RuntimeException {
    private final List<Violation> violations;

    /**
     * One thing that is wrong.
     *
     * @param field where
     * @param message the rest of a sentence that begins with the field
     */
    public record Violation(String field, String message) {}

    private InvalidRequestException(List<Violation> violations) {
        super(violations.stream()
                .map(violation -> violation.field() + " " + violation.message())
                .collect(Collectors.joining("; ")));
        this.violations = List.copyOf(violations);
    }

    public List<Violation> violations() {
        return violations;
    }

    /** Gathers what is wrong before anything is said about it. */
    public static final class RequestValidation {
        private final List<Violation> violations = new ArrayList<>();

        public RequestValidation projectId(String id) {
            return checkFormat(
                    "project_id", id, CloudIds::isProjectId, "has to be 1 to 64 letters, digits and hyphens");
        }

        /** A server's, a disk's or an operation's id, in lower case. */
        public RequestValidation uuid(String field, @Nullable String id) {
            return checkFormat(field, id, CloudIds::isUuid, "has to be a UUID of version 1 to 5");
        }

        /** For a call that takes none. */
        public RequestValidation rejectParameters(Set<String> sent) {
            return allowParameters(sent, Set.of());
        }

        /** A parameter that asks for something other than what the call does must not end as the call. */
        public RequestValidation allowParameters(Set<String> sent, Set<String> known) {
            sent.stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> addViolation(name, "is not a parameter of this call"));
            return this;
        }

        /** The same where a call takes so many that its sender should be told which. */
        public RequestValidation allowListedParameters(Set<String> sent, List<String> known) {
            sent.stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> addViolation(
                            name, "is not a parameter of this call, which takes " + String.join(", ", known)));
            return this;
        }

        public RequestValidation addViolation(String field, String message) {
            violations.add(new Violation(field, message));
            return this;
        }

        /**
         * Ends the look.
         *
         * @throws InvalidRequestException when anything is wrong
         */
        public void throwIfInvalid() {
            if (!violations.isEmpty()) {
                throw new InvalidRequestException(violations);
            }
        }

        /** What is wrong, where nothing more can be looked for. */
        public InvalidRequestException toException() {
            return new InvalidRequestException(violations);
        }

        private RequestValidation checkFormat(
                String field, @Nullable String id, Predicate<String> form, String message) {
            if (id == null) {
                return addViolation(field, "is missing");
            }
            return form.test(id) ? this : addViolation(field, message);
        }
    }
}
