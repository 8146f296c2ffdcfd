package dev.attachgateway.operation;

import dev.attachgateway.disk.CloudIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request whose shape is wrong, with everything that is wrong with it. */
public class InvalidRequest extends RuntimeException {
    private final List<Violation> violations;

    /**
     * One thing that is wrong.
     *
     * @param field where
     * @param message the rest of a sentence that begins with the field
     */
    public record Violation(String field, String message) {}

    private InvalidRequest(List<Violation> violations) {
        super(violations.stream()
                .map(violation -> violation.field() + " " + violation.message())
                .collect(Collectors.joining("; ")));
        this.violations = List.copyOf(violations);
    }

    public List<Violation> violations() {
        return violations;
    }

    /** Gathers what is wrong before anything is said about it. */
    public static final class Look {
        private final List<Violation> found = new ArrayList<>();

        public Look project(String id) {
            return shape("project_id", id, CloudIds::isProjectId, "has to be 1 to 64 letters, digits and hyphens");
        }

        /** A server's, a disk's or an operation's id, in lower case. */
        public Look uuid(String field, @Nullable String id) {
            return shape(field, id, CloudIds::isUuid, "has to be a UUID of version 1 to 5");
        }

        /** A parameter that asks for something other than what the call does must not end as the call. */
        public Look parameters(Set<String> sent, Set<String> known) {
            sent.stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> wrong(name, "is not a parameter of this call"));
            return this;
        }

        /** The same where a call takes so many that its sender should be told which. */
        public Look onlyParameters(Set<String> sent, List<String> known) {
            sent.stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name ->
                            wrong(name, "is not a parameter of this call, which takes " + String.join(", ", known)));
            return this;
        }

        public Look wrong(String field, String message) {
            found.add(new Violation(field, message));
            return this;
        }

        /**
         * Ends the look.
         *
         * @throws InvalidRequest when anything is wrong
         */
        public void end() {
            if (!found.isEmpty()) {
                throw new InvalidRequest(found);
            }
        }

        /** What is wrong, where nothing more can be looked for. */
        public InvalidRequest asFailure() {
            return new InvalidRequest(found);
        }

        private Look shape(String field, @Nullable String id, Predicate<String> form, String message) {
            if (id == null) {
                return wrong(field, "is missing");
            }
            return form.test(id) ? this : wrong(field, message);
        }
    }
}
