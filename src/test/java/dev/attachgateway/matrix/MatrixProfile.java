package dev.attachgateway.matrix;

import dev.attachgateway.testkit.QuickProfile;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Seconds instead of minutes at both ends, and a credential for the project of every cell. */
public class MatrixProfile extends QuickProfile {
    /** How long the practice cloud takes a signature, and how long the gateway believes that it does. */
    static final Duration SIGNATURE = Duration.ofSeconds(3);

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("access.grants-file", "classpath:matrix/grants.yaml");
        all.put("upstream.credentials", credentials());
        all.put("upstream.connect-timeout", "1s");
        all.put("upstream.answer-timeout", "1500ms");
        all.put("upstream.signature-accepted", SIGNATURE.toSeconds() + "s");
        all.put("operation.send-within", "1s");
        all.put("operation.settle-every", "300ms");
        all.put("operation.settle-reads", "3");
        all.put("operation.settle-quiet", "1s");
        all.put("operation.follow-within", "8s");
        all.put("operation.confirm-within", "3s");
        // Four sends, each of unknown outcome, have to find room in it.
        all.put("operation.deadline", "60s");
        return all;
    }

    private static String credentials() {
        var byAuth = Cells.all().stream()
                .collect(Collectors.groupingBy(Cell::auth, Collectors.mapping(Cell::project, Collectors.joining(","))));
        return "credentials: [{projects: [" + byAuth.get(Cell.Auth.SIGNED)
                + "], access_key: SANDBOXACCESSKEY1, secret_key: sandbox-secret-key}, {projects: ["
                + byAuth.get(Cell.Auth.TOKEN) + "], user: gateway, password: gateway, domain: sandbox}]";
    }
}
