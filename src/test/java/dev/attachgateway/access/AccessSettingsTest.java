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

/** A number that would let nobody in, or everybody, is refused at the start and not found out later. */
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
    void a_limit_is_a_number_that_leaves_room_for_a_write(String setting, String value) {
        assertRefused(setting, value, RateLimitConfig.class, CallerRateLimiter::new);
    }

    @ParameterizedTest
    @CsvSource({"0s", "-1s", "61m"})
    void a_signature_is_accepted_for_some_time_and_not_for_days(String value) {
        assertRefused(
                "access.signature-max-age",
                value,
                AccessKeyConfig.class,
                config -> SignatureAuthentication.validatedMaxAge(config));
    }

    @ParameterizedTest
    @CsvSource({"0s", "PT0.05S", "-1s"})
    void a_key_of_an_issuer_is_kept_for_a_moment_at_least(String value) {
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
    void tickets_can_be_made(String setting, String value) {
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
    void an_origin_is_as_browsers_write_it(String origin) {
        assertRefused("access.origins", origin, CorsConfig.class, CorsFilter::new);
    }
}
