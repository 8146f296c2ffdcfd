package dev.attachgateway.stream;

import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/** Proves the same for streams that are written through the HTTP server. */
@QuarkusTest
@TestProfile(SlowHistoryThroughServerTest.Plain.class)
@WithTestResource(PostgresForTests.class)
class OpenStreamsThroughServerTest extends OpenStreamsTest {}
