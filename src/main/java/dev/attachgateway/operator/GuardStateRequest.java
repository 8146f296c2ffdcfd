package dev.attachgateway.operator;

import dev.attachgateway.operation.intervention.BreakerOverrides;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.resilience.BreakerOverride;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of a request to override a circuit breaker. */
@Schema(name = "GuardState", requiredProperties = "state")
record GuardStateRequest(
        @Nullable
        @Schema(
                description =
                        "open rejects all calls, closed allows all calls, automatic follows the service's health.",
                enumeration = {"open", "closed", "automatic"})
        String state) {

    static String stateName(BreakerOverride breakerOverride) {
        return breakerOverride == BreakerOverride.AUTOMATIC
                ? "automatic"
                : breakerOverride.name().toLowerCase(Locale.ROOT);
    }

    static Optional<BreakerOverride> parseState(
            @Nullable GuardStateRequest body, InvalidRequestException.RequestValidation requestValidation) {
        var state = Arrays.stream(BreakerOverride.values())
                .filter(breakerOverride ->
                        body != null && stateName(breakerOverride).equals(body.state()))
                .findFirst();
        if (state.isEmpty()) {
            requestValidation.addViolation("state", "has to be open, closed or automatic");
        }
        return state;
    }

    static Optional<CloudService> parseService(
            String name, InvalidRequestException.RequestValidation requestValidation) {
        var service = Arrays.stream(CloudService.values())
                .filter(cloudService ->
                        BreakerOverrides.serviceName(cloudService).equals(name))
                .findFirst();
        if (service.isEmpty()) {
            requestValidation.addViolation("service", "has to be modelarts, evs or iam");
        }
        return service;
    }
}
