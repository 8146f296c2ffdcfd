package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** The migrations run before the pool is used. */
@QuarkusTest
@WithTestResource(PostgresForTests.class)
class MigrationsTest {
    @Inject
    Pool pool;

    @Test
    void the_pool_connects_to_the_database_migrated_at_start() {
        var migrated = pool.query("select to_regclass('flyway_schema_history') is not null as yes")
                .execute()
                .await()
                .atMost(Timeouts.CONDITION);
        assertThat(migrated.iterator().next().getBoolean("yes")).isTrue();
    }
}
