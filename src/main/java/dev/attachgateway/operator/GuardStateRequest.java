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

/** The body of what is wanted of a circuit breaker. */
@Schema(name = "GuardState", requiredProperties = "state")
record GuardStateRequest(
        @Nullable
        @Schema(
                description =
                        "open lets no call pass, closed lets every call pass, automatic goes by the service's health.",
                enumeration = {"open", "closed", "automatic"})
        String state) {

    static String stateName(BreakerOverride breakerOverride) {
        return breakerOverride == BreakerOverride.NOT
                ? "automatic"
                : breakerOverride.name().toLowerCase(Locale.ROOT);
    }

    static Optional<BreakerOverride> parseState(
            @Nullable GuardStateRequest body, InvalidRequestException.RequestValidation requestValidation) {
        var wish = Arrays.stream(BreakerOverride.values())
                .filter(each -> body != null && stateName(each).equals(body.state()))
                .findFirst();
        if (wish.isEmpty()) {
            requestValidation.addViolation("state", "has to be open, closed or automatic");
        }
        return wish;
    }

    static Optional<CloudService> parseService(
            String name, InvalidRequestException.RequestValidation requestValidation) {
        var service = Arrays.stream(CloudService.values())
                .filter(each -> BreakerOverrides.serviceName(each).equals(name))
                .findFirst();
        if (service.isEmpty()) {
            requestValidation.addViolation("service", "has to be modelarts, evs or iam");
        }
        return service;
    }
}
