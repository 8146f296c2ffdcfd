package dev.attachgateway.operator;

import dev.attachgateway.operation.GuardOrders;
import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.upstream.Forced;
import dev.attachgateway.upstream.Service;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of what is wanted of a circuit breaker. */
@Schema(name = "GuardState", requiredProperties = "state")
record GuardWish(
        @Nullable
        @Schema(
                description =
                        "open lets no call pass, closed lets every call pass, automatic goes by the service's health.",
                enumeration = {"open", "closed", "automatic"})
        String state) {

    static String word(Forced forced) {
        return forced == Forced.NOT ? "automatic" : forced.name().toLowerCase(Locale.ROOT);
    }

    static Optional<Forced> of(@Nullable GuardWish body, InvalidRequest.Look look) {
        var wish = Arrays.stream(Forced.values())
                .filter(each -> body != null && word(each).equals(body.state()))
                .findFirst();
        if (wish.isEmpty()) {
            look.wrong("state", "has to be open, closed or automatic");
        }
        return wish;
    }

    static Optional<Service> service(String name, InvalidRequest.Look look) {
        var service = Arrays.stream(Service.values())
                .filter(each -> GuardOrders.word(each).equals(name))
                .findFirst();
        if (service.isEmpty()) {
            look.wrong("service", "has to be modelarts, evs or iam");
        }
        return service;
    }
}
