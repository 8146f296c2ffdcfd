package dev.attachgateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;

/** Waits for the end of all operations. */
public final class OperationEnds {
    private OperationEnds() {}

    /** Fails with the ids and steps of the operations that have not ended within the limit. */
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
