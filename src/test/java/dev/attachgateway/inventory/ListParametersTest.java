package dev.attachgateway.inventory;

import static dev.attachgateway.inventory.Caller.ids;
import static dev.attachgateway.inventory.Caller.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists accept the cloud's parameters and reject any other parameter or value by name. */
@QuarkusTest
@TestProfile(EstateProfile.class)
@WithTestResource(PostgresForTests.class)
class ListParametersTest {
    private final Caller operator = Caller.of("operator");
    private SandboxCloud cloud;

    @BeforeEach
    void build() {
        cloud = Estate.build();
    }

    @ParameterizedTest
    @CsvSource({
        "servers, limit=1025, limit",
        "servers, limit=-1, limit",
        "servers, offset=x, offset",
        "servers, offset=2147483648, offset",
        "servers, sort_dir=up, sort_dir",
        "servers, sort_key=name, sort_key",
        "servers, owner=, owner",
        "servers, limit=1&limit=2, limit",
        "servers, flavor=x, flavor",
        "disks, limit=0, limit",
        "disks, limit=1001, limit",
        "disks, offset=-1, offset",
        "disks, multiattach=yes, multiattach",
        "disks, id=x, id",
        "disks, ids=x, ids",
        "disks, ids=%5B%5D, ids",
        "disks, ids=%5B'x'%5D, ids",
        "disks, marker=x, marker",
        "disks, sort_key=name, sort_key",
        "disks, sort_dir=DESC, sort_dir",
        "disks, status=a%20b, status",
        "disks, availability_zone=%2F, availability_zone",
        "disks, server_id=a%20b, server_id",
        "disks, name=a%00b, name",
        "disks, dry_run=true, dry_run"
    })
    void an_invalid_parameter_is_rejected_by_name(String list, String query, String field) {
        var refused = list.equals("servers") ? operator.servers("?" + query) : operator.disks("?" + query);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo(field);
        assertThat(refused.json().path("errors")).hasSize(1);
    }

    @Test
    void each_filter_is_passed_to_the_cloud() {
        var id = Estate.disk(3);
        var serverId = cloud.volume(id).at("/attachments/0/server_id").asText();
        var zone = cloud.volume(id).path("availability_zone").asText();
        var query = "?name=estate&status=in-use&multiattach=false&availability_zone=" + zone + "&server_id=" + serverId
                + "&ids=%5B%22" + id + "%22%5D";
        assertThat(ids(okJson(operator.disks(query)).path("volumes"))).containsExactly(id);
        for (var other : List.of("name=x", "status=error", "multiattach=true", "availability_zone=x", "server_id=x")) {
            var name = other.split("=", 2)[0];
            assertThat(okJson(operator.disks(query.replaceFirst("([?&])" + name + "=[^&]*", "$1" + other)))
                            .path("count")
                            .asInt())
                    .as(other)
                    .isZero();
        }
        assertThat(ids(okJson(operator.disks("?id=" + id)).path("volumes"))).containsExactly(id);
    }

    @Test
    void the_path_segment_operations_is_not_read_as_a_server_id() {
        assertThat(okJson(operator.get("/v1/" + GatewayClient.P1 + "/dev-servers/operations"))
                        .has("operations"))
                .isTrue();
        assertThat(operator.server("all").json().at("/errors/0/field").asText()).isEqualTo("id");
    }
}
