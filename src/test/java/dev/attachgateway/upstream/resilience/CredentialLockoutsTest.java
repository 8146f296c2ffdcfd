package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proves that all calls with one credential share one lockout guard, also when the credentials are reloaded. */
class CredentialLockoutsTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<CredentialLockoutGuard> interleaved = new ArrayList<>();
    private final CredentialLockouts lockouts =
            new CredentialLockouts(vertx, this::credentialsVersion, Duration.ofMinutes(1));
    private int version;
    private boolean interleaves;

    @AfterEach
    void close() {
        vertx.close();
    }

    /** While one call reads the version, another one can notice the reload as well. */
    private int credentialsVersion() {
        if (interleaves) {
            interleaves = false;
            interleaved.add(lockouts.forCredential("key"));
        }
        return version;
    }

    @Test
    void a_reload_resets_the_guard_of_a_credential() {
        var before = lockouts.forCredential("key");
        assertThat(lockouts.forCredential("key")).isSameAs(before);
        version++;
        assertThat(lockouts.forCredential("key")).isNotSameAs(before);
    }

    @Test
    void two_calls_that_notice_a_reload_at_once_share_one_guard() {
        lockouts.forCredential("key");
        version++;
        interleaves = true;
        var guard = lockouts.forCredential("key");
        assertThat(interleaved).containsExactly(guard);
        assertThat(lockouts.forCredential("key")).isSameAs(guard);
    }
}
