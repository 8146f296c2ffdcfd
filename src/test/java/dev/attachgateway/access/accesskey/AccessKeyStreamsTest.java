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

/** A stream ends with the key that its request was signed with. */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class AccessKeyStreamsTest {
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    private static final Duration SECONDS = Timeouts.CONDITION;

    private final GatewayClient gateway = GatewayClient.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
        SigningProfile.write(SigningProfile.bundled());
        Awaitility.await().atMost(SECONDS).until(() -> status() == 200);
    }

    private int status() {
        return Signing.get(gateway, Signing.KEY_1, FEED).status();
    }

    @Test
    void a_withdrawn_key_ends_its_streams_and_no_others() {
        try (var mine = stream(Signing.KEY_1);
                var other = stream(Signing.KEY_2)) {
            SigningProfile.write(SigningProfile.bundled().replace("PRACTICEKEY1", "PRACTICEKEY3"));
            mine.toEnd();
            assertThat(status()).isEqualTo(401);
            var attached = Signing.send(
                    gateway,
                    Signing.KEY_2,
                    "POST",
                    GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                    GatewayClient.body(attachFixture.disk()));
            assertThat(attached.status()).isIn(200, 202);
            other.next(block -> "operation".equals(block.event()));
        }
    }

    @Test
    void a_withdrawn_key_ends_the_streams_of_its_tickets_and_the_tickets_that_are_left() {
        var used = ticket();
        var left = ticket();
        try (var stream = gateway.stream(used)) {
            assertThat(stream.status()).isEqualTo(200);
            SigningProfile.write(
                    SigningProfile.bundled().replace("practice-secret-of-key-1", "practice-secret-of-key-x"));
            stream.toEnd();
        }
        try (var stream = gateway.stream(left)) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }

    private String ticket() {
        var wish = "{\"path\":\"" + FEED + "\",\"origin\":\"" + gateway.url() + "\"}";
        return Signing.send(gateway, Signing.KEY_1, "POST", FEED + "/tickets", wish)
                .text("url");
    }

    @Test
    void a_key_that_ends_ends_its_streams() {
        var end = Instant.now().plusSeconds(6);
        SigningProfile.write(SigningProfile.bundled()
                .replaceFirst("groups: \\[attachers]", "groups: [attachers]\n    not_after: " + end));
        // A stream of before the change ends because of the change.
        Awaitility.await().atMost(SECONDS).until(() -> {
            try (var stream = stream(Signing.KEY_1)) {
                stream.toEnd();
                return !Instant.now().isBefore(end);
            }
        });
        assertThat(status()).isEqualTo(401);
    }

    private EventStream stream(Signer key) {
        return gateway.stream(FEED, Signing.headers(key, gateway, "GET", FEED, "", Instant.now()));
    }

    @Test
    void a_signature_that_is_no_longer_accepted_ends_its_stream() {
        var end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(6);
        var headers = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", end.minus(Duration.ofMinutes(15)));
        // A stream of before the last change of the keys ends because of the change.
        Awaitility.await().atMost(SECONDS).until(() -> {
            try (var stream = gateway.stream(FEED, headers)) {
                stream.toEnd();
                return !Instant.now().isBefore(end);
            }
        });
    }

    @Test
    void a_key_whose_groups_are_others_ends_the_tickets_that_are_left() {
        var left = ticket();
        var edited = SigningProfile.bundled().replaceFirst("groups: \\[attachers]", "groups: [attachers, viewers]");
        try (var stream = stream(Signing.KEY_1)) {
            SigningProfile.write(edited);
            // A stream of before the change ends because of the change.
            stream.toEnd();
        }
        try (var stream = gateway.stream(left)) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }
}
