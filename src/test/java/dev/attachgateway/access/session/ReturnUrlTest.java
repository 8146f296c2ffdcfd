package dev.attachgateway.access.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Return URLs of the gateway and of configured origins are accepted, and all others rejected in every spelling. */
class ReturnUrlTest {
    private static final Set<String> ALLOWED_ORIGINS = Set.of("https://console.example.com", "http://localhost:3000");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b?c=d&e=%2F%2Fx#f",
                "/?next=https://evil.example",
                "https://console.example.com",
                "https://console.example.com/",
                "https://console.example.com/a?b#c",
                "http://localhost:3000/x"
            })
    void paths_and_urls_of_allowed_origins_are_accepted(String url) {
        assertThat(ReturnUrl.validate(url, ALLOWED_ORIGINS::contains)).contains(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "//evil.example",
                "///evil.example",
                "/\\evil.example",
                "\\/evil.example",
                "/\t/evil.example",
                "/\nx",
                " /x",
                "https://console.example.com:443/",
                "HTTPS://console.example.com/",
                "https://CONSOLE.example.com/",
                "https://user@console.example.com/",
                "https://console.example.com@evil.example/",
                "https://console.example.com.evil.example/",
                "https://console.example.com\\@evil.example/",
                "https:console.example.com/",
                "https:/console.example.com/",
                "https:///console.example.com/",
                "http://console.example.com/",
                "http://localhost:3001/",
                "javascript:alert(1)",
                "data:text/html,x",
                "https://[",
                "/ä"
            })
    void all_other_urls_are_rejected(String url) {
        assertThat(ReturnUrl.validate(url, ALLOWED_ORIGINS::contains)).isEmpty();
    }
}
