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
 * What stands between the gateway and a service of the cloud.
 *
 * @param breaker what the service's health has made of it
 * @param state what an operator has made of it, on all replicas
 * @param probeInSeconds until a call is let through as a probe; absent unless the breaker is open by itself
 * @param projects those that called lately
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
            "State holds on all replicas, within a second; everything else is of the replica that answers.";

    /**
     * One project's part.
     *
     * @param repetitions that its budget allows at once
     * @param readsPerSecond the rate that the cloud was seen to allow; absent while none was throttled
     * @param writesPerSecond the same for writes
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
        static ProjectJson of(GuardSnapshot.Project project) {
            return new ProjectJson(
                    project.projectId(),
                    project.budget(),
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
                guardSnapshot.breaker().name().toLowerCase(Locale.ROOT),
                GuardStateRequest.stateName(guardSnapshot.forced()),
                activeOverride == null ? null : activeOverride.setBy(),
                activeOverride == null ? null : activeOverride.setAt().toString(),
                guardSnapshot.nextProbe().map(wait -> wait.toMillis() / 1000.0).orElse(null),
                guardSnapshot.running(),
                guardSnapshot.waiting(),
                guardSnapshot.projects().stream().map(ProjectJson::of).toList());
    }

    /**
     * All of them.
     *
     * @param scope a reminder that health is what one replica sees
     */
    @Schema(
            name = "Guards",
            requiredProperties = {"scope", "guards"})
    record ListJson(@Schema(examples = GuardJson.SCOPE_NOTE) String scope, List<GuardJson> guards) {

        static ListJson of(List<GuardSnapshot> views, Map<CloudService, ActiveOverride> orders) {
            return new ListJson(
                    SCOPE_NOTE,
                    views.stream()
                            .map(guardSnapshot -> GuardJson.of(guardSnapshot, orders.get(guardSnapshot.service())))
                            .toList());
        }
    }
}
