package dev.attachgateway.access;

import static dev.attachgateway.testkit.Settings.assertRefused;

import dev.attachgateway.access.accesskey.AccessKeyConfig;
import dev.attachgateway.access.accesskey.SignatureAuthentication;
import dev.attachgateway.access.browser.CorsConfig;
import dev.attachgateway.access.browser.CorsFilter;
import dev.attachgateway.access.oidc.OidcConfig;
import dev.attachgateway.access.oidc.OidcIssuers;
import dev.attachgateway.access.ratelimit.CallerRateLimiter;
import dev.attachgateway.access.ratelimit.RateLimitConfig;
import dev.attachgateway.access.ticket.TicketConfig;
import dev.attachgateway.access.ticket.TicketStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access settings that would reject every caller, or protect nothing, are rejected at the start. */
class AccessSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "access.limits.rate, NaN",
        "access.limits.rate, Infinity",
        "access.limits.rate, 1000001",
        "access.limits.rate, 0",
        "access.limits.rate, -1",
        "access.limits.write-cost, 0",
        "access.limits.burst, 4"
    })
    void rate_limits_that_are_no_positive_number_or_exclude_writes_are_rejected(String setting, String value) {
        assertRefused(setting, value, RateLimitConfig.class, CallerRateLimiter::new);
    }

    @ParameterizedTest
    @CsvSource({"0s", "-1s", "61m"})
    void a_signature_age_that_is_not_positive_or_above_one_hour_is_rejected(String value) {
        assertRefused(
                "access.signature-max-age",
                value,
                AccessKeyConfig.class,
                config -> SignatureAuthentication.validatedMaxAge(config));
    }

    @ParameterizedTest
    @CsvSource({"0s", "PT0.05S", "-1s"})
    void a_jwks_cache_ttl_that_is_too_short_is_rejected(String value) {
        assertRefused(
                "access.issuers.corp.jwks-cache-ttl",
                value,
                OidcConfig.class,
                config -> config.issuers().forEach(OidcIssuers::checkJwksCacheTtl));
    }

    @ParameterizedTest
    @CsvSource({
        "access.ticket.max-per-caller, 0",
        "access.ticket.cleanup-batch-size, 0",
        "access.ticket.ttl, 0s",
        "access.ticket.ttl, 6m"
    })
    void ticket_settings_outside_their_limits_are_rejected(String setting, String value) {
        assertRefused(setting, value, TicketConfig.class, TicketStore::check);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "https://*.example.com",
                "https://console.example.com/",
                "https://Console.example.com",
                "https://console.example.com:443"
            })
    void an_origin_that_browsers_would_not_serialize_so_is_rejected(String origin) {
        assertRefused("access.origins", origin, CorsConfig.class, CorsFilter::new);
    }
}
