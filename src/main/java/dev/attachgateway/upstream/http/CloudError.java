package dev.attachgateway.upstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An error that the cloud itself reports. A proxy, a mesh or a firewall in between answers JSON with a code as well, so
 * only the cloud's envelopes with a code of the cloud's form count (CONTRACT, "Errors").
 *
 * @param code the cloud's code, such as {@code ModelArts.6404}; for OpenStack's envelope the name of the fault
 * @param message the cloud's message; empty if it has none
 */
record CloudError(String code, String message) {
    /** The codes of ModelArts, the API gateway in both spellings, EVS, IAM and the checks that the services share. */
    private static final Pattern CODE = Pattern.compile("(?:ModelArts|APIGW|APIG|EVS|IAM|Common)\\.[0-9]{3,8}");

    /** The names of OpenStack's faults (Cinder), such as {@code itemNotFound}. */
    private static final Pattern FAULT_NAME = Pattern.compile("[a-z]{3,}(?:[A-Z][a-z]+)*");

    private static final String GENERIC_FAULT = "error";

    /** The cloud's error in a response; empty if the body is not one of the envelopes that the service uses. */
    static Optional<CloudError> find(CloudService service, int status, JsonNode body) {
        var flat = body.path("error_code");
        if (flat.isTextual() && body.path("error_msg").isTextual()) {
            return cloudCode(flat.textValue(), body.path("error_msg"));
        }
        return body.isObject() && body.size() == 1
                ? body.properties().stream().findFirst().flatMap(fault -> wrapped(service, status, fault))
                : Optional.empty();
    }

    /** {@code {"error": {"code", "message"}}}, or the same under the name of a fault. */
    private static Optional<CloudError> wrapped(CloudService service, int status, Map.Entry<String, JsonNode> fault) {
        var code = fault.getValue().path("code");
        var message = fault.getValue().path("message");
        if (!FAULT_NAME.matcher(fault.getKey()).matches() || !message.isTextual()) {
            return Optional.empty();
        }
        if (code.isTextual()) {
            return cloudCode(code.textValue(), message);
        }
        if (!code.isInt() || code.intValue() != status) {
            return Optional.empty();
        }
        var isGeneric = fault.getKey().equals(GENERIC_FAULT);
        return switch (service) {
            // Cinder repeats the status under the name of the fault, Keystone under the generic name with a title.
            case EVS -> isGeneric ? Optional.empty() : Optional.of(new CloudError(fault.getKey(), message.textValue()));
            case IAM ->
                isGeneric && fault.getValue().path("title").isTextual()
                        ? Optional.of(new CloudError("Keystone." + status, message.textValue()))
                        : Optional.empty();
            case MODELARTS -> Optional.empty();
        };
    }

    private static Optional<CloudError> cloudCode(String code, JsonNode message) {
        return CODE.matcher(code).matches() ? Optional.of(new CloudError(code, message.textValue())) : Optional.empty();
    }
}
