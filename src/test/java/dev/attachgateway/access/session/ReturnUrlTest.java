package dev.attachgateway.access.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A login leads on to pages of the gateway and of listed origins, however the address is written. */
class ReturnUrlTest {
    private static final Set<String> LISTED = Set.of("https://console.example.com", "http://localhost:3000");

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
    void what_is_ours(String address) {
        assertThat(ReturnUrl.validate(address, LISTED::contains)).contains(address);
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
    void what_is_not(String address) {
        assertThat(ReturnUrl.validate(address, LISTED::contains)).isEmpty();
    }
}
