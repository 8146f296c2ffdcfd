package dev.attachgateway.matrix;

import dev.attachgateway.testkit.QuickProfile;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Seconds instead of minutes at both outcomes, and a project and a credential for every cell. */
public class MatrixProfile extends QuickProfile {
    /** Validity of a signature in the sandbox and in the configuration of the gateway. */
    static final Duration SIGNATURE = Duration.ofSeconds(3);

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("access.grants-file", "classpath:matrix/grants.yaml");
        all.put("upstream.credentials", credentials());
        all.put("upstream.connect-timeout", "1s");
        all.put("upstream.answer-timeout", "1500ms");
        all.put("upstream.signature-max-age", SIGNATURE.toSeconds() + "s");
        all.put("upstream.credential-cooldown", "4s");
        all.put("upstream.token-renewal-min-interval", "1s");
        all.put("operation.send-timeout", "1s");
        all.put("operation.settle-interval", "300ms");
        all.put("operation.settle-min-reads", "3");
        all.put("operation.settle-quiet-period", "1s");
        all.put("operation.completion-timeout", "8s");
        all.put("operation.confirmation-timeout", "3s");
        // Long enough for four sends of unknown outcome.
        all.put("operation.deadline", "60s");
        return all;
    }

    /** One credential per cell, so that a rejection of one does not put the others on cooldown. */
    private static String credentials() {
        return MatrixCells.all().stream()
                .map(cell -> "{projects: [" + cell.project() + "], "
                        + (switch (cell.credential()) {
                            case SIGNED ->
                                "access_key: SANDBOXACCESSKEY" + (cell.number() + 1)
                                        + ", secret_key: sandbox-secret-key";
                            case TOKEN ->
                                "user: gateway-" + (cell.number() + 1) + ", password: gateway-" + (cell.number() + 1)
                                        + ", domain: sandbox";
                        })
                        + "}")
                .collect(Collectors.joining(",", "credentials: [", "]"));
    }
}
