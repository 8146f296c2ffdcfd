package dev.attachgateway.operator;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** After the first look at an operation there is none for an hour, unless somebody asks for it; operators are of several kinds. */
public class UnhurriedProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("operation.settle-interval", "1h");
        all.put("operation.queue-poll-interval", "1h");
        all.put("access.grants-file", "classpath:testkit/operators.yaml");
        return all;
    }
}
