package dev.attachgateway.access.accesskey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Signing;
import dev.attachgateway.testkit.SigningProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that a stream ends when the access key or signature that authenticated it expires or is revoked. */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class AccessKeyStreamsTest {
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    private static final Duration TIMEOUT = Timeouts.CONDITION;

    private final GatewayClient gateway = GatewayClient.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        SigningProfile.restore(gateway);
    }

    private int status() {
        return Signing.get(gateway, Signing.KEY_1, FEED).status();
    }

    @Test
    void removing_a_key_ends_its_streams_and_no_others() {
        try (var removed = stream(Signing.KEY_1);
                var kept = stream(Signing.KEY_2)) {
            SigningProfile.write(SigningProfile.bundled().replace("SANDBOXKEY1", "SANDBOXKEY3"));
            removed.toEnd();
            assertThat(status()).isEqualTo(401);
            var attached = Signing.send(
                    gateway,
                    Signing.KEY_2,
                    "POST",
                    GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                    GatewayClient.body(attachFixture.disk()));
            assertThat(attached.status()).isIn(200, 202);
            kept.next(block -> "operation".equals(block.event()));
        }
    }

    @Test
    void removing_a_key_ends_streams_opened_with_its_tickets_and_revokes_unused_ones() {
        var used = ticket();
        var unused = ticket();
        try (var stream = gateway.stream(used)) {
            assertThat(stream.status()).isEqualTo(200);
            SigningProfile.write(
                    SigningProfile.bundled().replace("sandbox-secret-of-key-1", "sandbox-secret-of-key-x"));
            stream.toEnd();
        }
        try (var stream = gateway.stream(unused)) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }

    private String ticket() {
        var request = "{\"path\":\"" + FEED + "\",\"origin\":\"" + gateway.url() + "\"}";
        return Signing.send(gateway, Signing.KEY_1, "POST", FEED + "/tickets", request)
                .text("url");
    }

    @Test
    void the_expiry_of_a_key_ends_its_streams() {
        var expiry = Instant.now().plusSeconds(6);
        SigningProfile.write(SigningProfile.bundled()
                .replaceFirst("groups: \\[attachers]", "groups: [attachers]\n    not_after: " + expiry));
        // A stream that was opened before the change ends because of the change.
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            try (var stream = stream(Signing.KEY_1)) {
                stream.toEnd();
                return !Instant.now().isBefore(expiry);
            }
        });
        assertThat(status()).isEqualTo(401);
    }

    private EventStream stream(Signer key) {
        return gateway.stream(FEED, Signing.headers(key, gateway, "GET", FEED, "", Instant.now()));
    }

    @Test
    void the_expiry_of_a_signature_ends_its_stream() {
        var expiry = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(6);
        var headers = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", expiry.minus(Duration.ofMinutes(15)));
        // A stream that was opened before the last change of the keys ends because of the change.
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            try (var stream = gateway.stream(FEED, headers)) {
                stream.toEnd();
                return !Instant.now().isBefore(expiry);
            }
        });
    }

    @Test
    void changing_the_groups_of_a_key_revokes_its_unused_tickets() {
        var unused = ticket();
        var edited = SigningProfile.bundled().replaceFirst("groups: \\[attachers]", "groups: [attachers, viewers]");
        try (var stream = stream(Signing.KEY_1)) {
            SigningProfile.write(edited);
            // A stream that was opened before the change ends because of the change.
            stream.toEnd();
        }
        try (var stream = gateway.stream(unused)) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }
}
