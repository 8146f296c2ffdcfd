package dev.attachgateway.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.operation.intervention.BreakerOverrides;
import dev.attachgateway.operation.intervention.BreakerOverrides.ActiveOverride;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.resilience.GuardSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The guard of a cloud service: breaker, bulkhead and the budgets of its projects.
 *
 * @param breaker the breaker's state by the service's health
 * @param state the operator's override, on all replicas
 * @param probeInSeconds time until a call is admitted as a probe; absent unless the breaker opened by itself
 * @param projects the projects with recent calls
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Guard",
        requiredProperties = {"service", "breaker", "state", "running", "waiting", "projects"})
record GuardJson(
        @Schema(enumeration = {"modelarts", "evs", "iam"}) String service,

        @Schema(enumeration = {"closed", "open", "half_open"})
        String breaker,

        @Schema(enumeration = {"automatic", "open", "closed"})
        String state,

        @Nullable @Schema(examples = "sandbox:operator") String forcedBy,
        @Nullable @Schema(format = "date-time") String forcedAt,
        @Nullable Double probeInSeconds,
        int running,
        int waiting,
        List<ProjectJson> projects) {
    private static final String SCOPE_NOTE =
            "state applies to all replicas within a second; everything else is of the replica that responds.";

    /**
     * The limits of one project.
     *
     * @param repetitions retries that its budget allows at once
     * @param readsPerSecond the rate learnt from throttling; absent while no read was throttled
     * @param writesPerSecond the rate learnt from throttling; absent while no write was throttled
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @Schema(
            name = "GuardLane",
            requiredProperties = {"project_id", "repetitions"})
    record ProjectJson(
            String projectId,
            double repetitions,
            @Nullable Double readsPerSecond,
            @Nullable Double writesPerSecond) {
        static ProjectJson of(GuardSnapshot.ProjectSnapshot project) {
            return new ProjectJson(
                    project.projectId(),
                    project.availableRetries(),
                    toNullable(project.readsPerSecond()),
                    toNullable(project.writesPerSecond()));
        }

        private static @Nullable Double toNullable(OptionalDouble rate) {
            return rate.isPresent() ? rate.getAsDouble() : null;
        }
    }

    static GuardJson of(GuardSnapshot guardSnapshot, @Nullable ActiveOverride activeOverride) {
        return new GuardJson(
                BreakerOverrides.serviceName(guardSnapshot.service()),
                guardSnapshot.breakerState().name().toLowerCase(Locale.ROOT),
                GuardStateRequest.stateName(guardSnapshot.override()),
                activeOverride == null ? null : activeOverride.setBy(),
                activeOverride == null ? null : activeOverride.setAt().toString(),
                guardSnapshot
                        .timeUntilProbe()
                        .map(wait -> wait.toMillis() / 1000.0)
                        .orElse(null),
                guardSnapshot.running(),
                guardSnapshot.waiting(),
                guardSnapshot.projects().stream().map(ProjectJson::of).toList());
    }

    /**
     * The guards of all services.
     *
     * @param scope a note that health is that of one replica
     */
    @Schema(
            name = "Guards",
            requiredProperties = {"scope", "guards"})
    record ListJson(@Schema(examples = GuardJson.SCOPE_NOTE) String scope, List<GuardJson> guards) {

        static ListJson of(List<GuardSnapshot> snapshots, Map<CloudService, ActiveOverride> overrides) {
            return new ListJson(
                    SCOPE_NOTE,
                    snapshots.stream()
                            .map(snapshot -> GuardJson.of(snapshot, overrides.get(snapshot.service())))
                            .toList());
        }
    }
}
