package dev.attachgateway.access.session;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Logins at the sandbox issuer, and an origin whose pages may use the API. */
public class SessionProfile extends QuickProfile {
    static final String CONSOLE = "https://console.example.com";

    @Override
    public Map<String, String> getConfigOverrides() {
        var settings = new HashMap<>(super.getConfigOverrides());
        settings.put("access.origins", CONSOLE);
        settings.put("access.session.max-per-caller", "3");
        settings.put("access.session.cleanup-interval", "500ms");
        return settings;
    }
}
