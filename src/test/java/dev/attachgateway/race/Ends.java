package dev.attachgateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;

/** Waits until nothing is left to do. */
public final class Ends {
    private Ends() {}

    /** Fails, naming them, when operations have not ended by then. */
    public static void await(Connection database, Duration limit) throws SQLException {
        try (var query = database.prepareStatement(
                "select string_agg(operation_id || ' ' || step, ', ') from operation where ended_at is null")) {
            Awaitility.await("the end of all operations").atMost(limit).untilAsserted(() -> {
                try (var rows = query.executeQuery()) {
                    rows.next();
                    assertThat(Objects.requireNonNullElse(rows.getString(1), ""))
                            .isEmpty();
                }
            });
        }
    }
}
