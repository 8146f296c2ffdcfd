package dev.attachgateway.access.browser;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Configuration of cross-origin access to the API. */
@ConfigMapping(prefix = "access")
public interface CorsConfig {
    /**
     * The origins whose pages may use the API from a browser, such as {@code https://console.example.com}.
     *
     * @return origins as browsers send them
     */
    Optional<List<String>> origins();
}
