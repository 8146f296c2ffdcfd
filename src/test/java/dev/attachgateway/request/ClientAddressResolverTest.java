package dev.attachgateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that the client's address is taken from trusted proxies only. */
class ClientAddressResolverTest {
    private static final List<String> PROXIES = List.of("10.0.0.0/8", "192.0.2.7", "2001:db8:aaaa::/48");

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 198.51.100.1, 203.0.113.9",
        "2001:db8:bbbb::1, 198.51.100.1, 2001:db8:bbbb::1",
        "192.0.2.8, 198.51.100.1, 192.0.2.8",
    })
    void the_address_of_an_untrusted_peer_is_the_clients(String peer, String forwarded, String client) {
        assertThat(resolve(peer, forwarded)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9                         | 203.0.113.9",
                "1.1.1.1, 203.0.113.9                | 203.0.113.9",
                "1.1.1.1, 203.0.113.9, 10.1.1.1      | 203.0.113.9",
                "1.1.1.1,203.0.113.9,10.1.1.1,192.0.2.7 | 203.0.113.9",
                "203.0.113.9:4711                    | 203.0.113.9",
                "2001:db8:bbbb::9                    | 2001:db8:bbbb::9",
                "[2001:db8:bbbb::9]:4711             | 2001:db8:bbbb::9",
                "2001:DB8:BBBB:0:0:0:0:9             | 2001:db8:bbbb::9",
                "203.0.113.9, 2001:db8:aaaa::1       | 203.0.113.9",
                "203.0.113.9, ::ffff:10.1.1.1        | 203.0.113.9",
                "10.3.3.3, 10.2.2.2                  | 10.3.3.3",
            })
    void the_rightmost_address_of_no_trusted_proxy_is_the_clients(String forwarded, String client) {
        assertThat(resolve("10.9.9.9", forwarded)).isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "localhost",
                "203.0.113.9,",
                "203.0.113.999",
                "1.1.1.1, -",
                "unknown",
                "'; --"
            })
    void an_unreadable_element_ends_the_list_at_the_last_valid_address(String forwarded) {
        assertThat(resolve("10.9.9.9", forwarded)).isEqualTo("10.9.9.9");
        assertThat(resolve("10.9.9.9", forwarded + ", 10.1.1.1")).isEqualTo("10.1.1.1");
        assertThat(resolve("10.9.9.9", forwarded + ", 203.0.113.9")).isEqualTo("203.0.113.9");
    }

    @Test
    void several_header_lines_form_one_list() {
        var resolver = new ClientAddressResolver(PROXIES, ForwardingHeader.X_FORWARDED_FOR);
        assertThat(resolver.resolve("10.9.9.9", List.of("1.1.1.1", "203.0.113.9", "10.1.1.1")))
                .isEqualTo("203.0.113.9");
        assertThat(resolver.resolve("10.9.9.9", List.of())).isEqualTo("10.9.9.9");
        assertThat(resolver.resolve(null, List.of("203.0.113.9"))).isEqualTo("unknown");
    }

    @Test
    void the_number_of_proxies_is_limited() {
        assertThat(resolve("10.9.9.9", "203.0.113.9" + ",10.1.1.1".repeat(15))).isEqualTo("203.0.113.9");
        assertThat(resolve("10.9.9.9", "203.0.113.9" + ",10.1.1.1".repeat(16))).isEqualTo("10.1.1.1");
        assertThat(resolve("10.9.9.9", "9".repeat(200_000))).isEqualTo("10.9.9.9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=203.0.113.9                                          | 203.0.113.9",
                "for=203.0.113.9;proto=https;by=10.9.9.9                  | 203.0.113.9",
                "proto=https; FOR=\"203.0.113.9:4711\"                    | 203.0.113.9",
                "for=\"[2001:db8:bbbb::9]:4711\"                          | 2001:db8:bbbb::9",
                "for=1.1.1.1, for=203.0.113.9, for=10.1.1.1               | 203.0.113.9",
                "for=\"1.1.1.1, for=203.0.113.9                           | 203.0.113.9",
                "for=203.0.113.9;host=\"a, for=6.6.6.6\"                  | 10.9.9.9",
                "for=203.0.113.9;host=\"a, for=6.6.6.6;x=\\\"b\\\"\"      | 10.9.9.9",
                "for=203.0.113.9;for=6.6.6.6                              | 10.9.9.9",
                "for=unknown                                              | 10.9.9.9",
                "for=_hidden                                              | 10.9.9.9",
                "203.0.113.9                                              | 10.9.9.9",
                "by=203.0.113.9                                           | 10.9.9.9",
            })
    void the_Forwarded_header_is_read_in_the_same_way(String forwarded, String client) {
        assertThat(new ClientAddressResolver(PROXIES, ForwardingHeader.FORWARDED)
                        .resolve("10.9.9.9", List.of(forwarded)))
                .isEqualTo(client);
    }

    @Test
    void an_oversized_element_of_Forwarded_is_ignored() {
        String oversized = String.join(";", Collections.nCopies(20_000, "a=b"));
        assertThat(new ClientAddressResolver(PROXIES, ForwardingHeader.FORWARDED)
                        .resolve("10.9.9.9", List.of(oversized)))
                .isEqualTo("10.9.9.9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.example",
                "10.0.0.0/33",
                "2001:db8::/129",
                "10.0.0/8",
                "10.0.0.0/",
                "",
                "0.0.0.0/0",
                "128.0.0.0/1",
                "12.0.0.0/7",
                "::/0",
                "2000::/15"
            })
    void an_invalid_or_too_large_network_prevents_the_start(String network) {
        List<String> proxies = List.of("10.0.0.0/8", network);
        assertThatThrownBy(() -> new ClientAddressResolver(proxies, ForwardingHeader.X_FORWARDED_FOR))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("access.trusted-proxies: '" + network + "' ");
    }

    private static String resolve(String peer, String forwarded) {
        return new ClientAddressResolver(PROXIES, ForwardingHeader.X_FORWARDED_FOR).resolve(peer, List.of(forwarded));
    }
}
