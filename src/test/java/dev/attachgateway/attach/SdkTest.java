package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.huaweicloud.sdk.core.ClientBuilder;
import com.huaweicloud.sdk.core.HcClient;
import com.huaweicloud.sdk.core.SdkResponse;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.exception.ServerResponseException;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.http.FieldExistence;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequestDef;
import com.huaweicloud.sdk.core.http.LocationType;
import com.huaweicloud.sdk.evs.v2.EvsClient;
import com.huaweicloud.sdk.evs.v2.model.ListVolumesRequest;
import com.huaweicloud.sdk.evs.v2.model.ShowVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.VolumeDetail;
import dev.attachgateway.signature.Signer;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.FaultyConnection;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Signing;
import dev.attachgateway.testkit.SigningProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that the cloud's official SDK works with the gateway when only its endpoint is changed. */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class SdkTest {
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    /** The parameters of all three calls; the SDK adds the project itself. */
    public record SdkRequest(String server, String disk, String operation, Map<String, String> body) {}

    /** The response of all three calls. */
    public static class Operation extends SdkResponse {
        @JsonProperty("operation_id")
        public String id = "";

        @JsonProperty("operation_status")
        public String status = "";

        @JsonProperty("operation_type")
        public String type = "";
    }

    private static final HttpRequestDef<SdkRequest, Operation> ATTACH = call(
                    "Attach", HttpMethod.POST, "attachvolume", Map.of())
            .withContentType("application/json;charset=UTF-8")
            .withRequestField(
                    "body",
                    LocationType.Body,
                    FieldExistence.NON_NULL_NON_EMPTY,
                    Map.class,
                    field -> field.withMarshaller(SdkRequest::body, (_, _) -> {}))
            .build();
    private static final HttpRequestDef<SdkRequest, Operation> DETACH = call(
                    "Detach", HttpMethod.DELETE, "detachvolume/{volume_id}", Map.of("volume_id", SdkRequest::disk))
            .build();
    private static final HttpRequestDef<SdkRequest, Operation> SHOW = call(
                    "Show", HttpMethod.GET, "operation/{operation_id}", Map.of("operation_id", SdkRequest::operation))
            .build();

    private static HttpRequestDef.Builder<SdkRequest, Operation> call(
            String name, HttpMethod method, String rest, Map<String, Function<SdkRequest, String>> ids) {
        var call = HttpRequestDef.builder(method, SdkRequest.class, Operation.class)
                .withName(name)
                .withUri("/v1/{project_id}/dev-servers/{id}/" + rest)
                .withContentType("application/json")
                .withRequestField(
                        "id",
                        LocationType.Path,
                        FieldExistence.NON_NULL_NON_EMPTY,
                        String.class,
                        field -> field.withMarshaller(SdkRequest::server, (_, _) -> {}));
        ids.forEach((field, reader) -> call.withRequestField(
                field,
                LocationType.Path,
                FieldExistence.NON_NULL_NON_EMPTY,
                String.class,
                parameter -> parameter.withMarshaller(reader, (_, _) -> {})));
        return call;
    }

    private final GatewayClient gateway = GatewayClient.underTest();
    private AttachFixture attachFixture;
    private HcClient client;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        SigningProfile.write(SigningProfile.bundled());
        client = client(gateway.url(), Signing.KEY_1, GatewayClient.P1);
    }

    private static HcClient client(String endpoint, Signer key, String project) {
        return new ClientBuilder<>(Function.identity(), BasicCredentials.class.getSimpleName())
                .withEndpoint(endpoint)
                .withCredential(credential(key, project))
                .build();
    }

    private static BasicCredentials credential(Signer key, String project) {
        return new BasicCredentials()
                .withAk(key.accessKeyId())
                .withSk(key.secretKey())
                .withProjectId(project);
    }

    private SdkRequest request(String operation) {
        return new SdkRequest(
                attachFixture.server(), attachFixture.disk(), operation, Map.of("volume_id", attachFixture.disk()));
    }

    @Test
    void the_sdk_attaches_follows_and_detaches() {
        var attached = client.syncInvokeHttp(request(""), ATTACH);
        assertThat(attached.type).isEqualTo("node_attach_volume");
        attachFixture.awaitStatus(attached.id, "success");
        assertThat(client.syncInvokeHttp(request(attached.id), SHOW).status).isEqualTo("success");

        var detached = client.syncInvokeHttp(request(""), DETACH);
        assertThat(detached.type).isEqualTo("node_detach_volume");
        attachFixture.awaitStatus(detached.id, "success");
        assertThat(attachFixture.effects()).isEqualTo(2);
    }

    @Test
    void sdk_exceptions_have_code_message_and_request_id() {
        attachFixture.attached();
        assertRefused(ClientRequestException.class, 409, "Gateway.DiskAlreadyAttached", client, request(""), ATTACH);
        var elsewhere = new SdkRequest(
                attachFixture.cloud().newServer(),
                attachFixture.disk(),
                "",
                request("").body());
        assertRefused(ClientRequestException.class, 409, "Gateway.DiskInUse", client, elsewhere, ATTACH);
        assertRefused(ClientRequestException.class, 409, "Gateway.DiskNotAttached", client, elsewhere, DETACH);
        assertRefused(ClientRequestException.class, 404, "Gateway.OperationNotFound", client, request(UNKNOWN), SHOW);
        assertRefused(
                ClientRequestException.class,
                404,
                "Gateway.ServerNotFound",
                client,
                new SdkRequest(
                        UNKNOWN,
                        attachFixture.cloud().newVolume(),
                        "",
                        Map.of("volume_id", attachFixture.cloud().newVolume())),
                ATTACH);
        assertRefused(
                ClientRequestException.class,
                400,
                "Gateway.InvalidRequest",
                client,
                new SdkRequest(attachFixture.server(), "", "", Map.of("volume_id", "x")),
                ATTACH);
        var stranger = new Signer(Signing.KEY_1.accessKeyId(), "some-other-secret-key");
        assertRefused(
                ClientRequestException.class,
                401,
                "Gateway.NotAuthenticated",
                client(gateway.url(), stranger, GatewayClient.P1),
                request(""),
                ATTACH);
        var viewer = client(gateway.url(), Signing.VIEWER, GatewayClient.P1);
        assertRefused(ClientRequestException.class, 403, "Gateway.NotGranted", viewer, request(""), ATTACH);
        var other = client(gateway.url(), Signing.KEY_1, GatewayClient.P2);
        assertRefused(ClientRequestException.class, 403, "Gateway.NotGranted", other, request(""), ATTACH);
    }

    @Test
    void sdk_exceptions_of_cloud_failures_have_code_message_and_request_id() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        assertRefused(ServerResponseException.class, 503, "Gateway.CloudNotReadable", client, request(""), ATTACH);
        attachFixture.cloud().faults(Fault.status("attach", 400, "ModelArts.7000", "no"));
        assertRefused(ClientRequestException.class, 422, "ModelArts.7000", client, other(), ATTACH);
    }

    private SdkRequest other() {
        var disk = attachFixture.cloud().newVolume();
        return new SdkRequest(attachFixture.cloud().newServer(), disk, "", Map.of("volume_id", disk));
    }

    private static void assertRefused(
            Class<? extends ServiceResponseException> type,
            int status,
            String code,
            HcClient client,
            SdkRequest request,
            HttpRequestDef<SdkRequest, Operation> call) {
        assertRefused(type, status, code, () -> client.syncInvokeHttp(request, call));
    }

    private static void assertRefused(
            Class<? extends ServiceResponseException> type, int status, String code, ThrowingCallable call) {
        var refused = catchThrowableOfType(type, call);
        assertThat(refused).as(code).isNotNull();
        assertThat(refused.getErrorCode()).isEqualTo(code);
        assertThat(refused.getHttpStatusCode()).isEqualTo(status);
        assertThat(refused.getErrorMsg()).isNotBlank().doesNotContain("{");
        assertThat(refused.getRequestId()).matches("[0-9a-f]{32}");
    }

    private EvsClient disks(Signer key) {
        return disks(key, GatewayClient.P1);
    }

    private EvsClient disks(Signer key, String project) {
        return EvsClient.newBuilder()
                .withEndpoint(gateway.url())
                .withCredential(credential(key, project))
                .build();
    }

    @Test
    void the_evs_client_shows_disks() {
        attachFixture.attached();
        var disk = disks(Signing.VIEWER)
                .showVolume(new ShowVolumeRequest().withVolumeId(attachFixture.disk()))
                .getVolume();
        var cloudDisk = attachFixture.cloud().volume(attachFixture.disk());
        assertThat(disk.getId()).isEqualTo(attachFixture.disk());
        assertThat(disk.getStatus()).isEqualTo("in-use");
        assertThat(disk.getSize()).isEqualTo(cloudDisk.path("size").asInt()).isPositive();
        assertThat(disk.getVolumeType()).isEqualTo(cloudDisk.path("volume_type").asText());
        assertThat(disk.getAttachments())
                .singleElement()
                .satisfies(attachment -> assertThat(attachment.getServerId())
                        .isEqualTo(cloudDisk.at("/attachments/0/server_id").asText())
                        .isNotEmpty());
        assertThat(disk.getLinks().getFirst().getHref()).isEqualTo(path(attachFixture.disk()));
    }

    private static String path(String disk) {
        return "/v2/" + GatewayClient.P1 + "/cloudvolumes/" + disk;
    }

    @Test
    void the_evs_client_pages_through_a_list() {
        var name = "page-" + UUID.randomUUID();
        var created = IntStream.range(0, 5)
                .mapToObj(_ -> attachFixture.cloud().newVolume(Map.of("name", name)))
                .toList();
        var seen = new ArrayList<String>();
        var pages = 0;
        var page = list(new ListVolumesRequest().withName(name).withLimit(2));
        while (!page.isEmpty()) {
            assertThat(++pages).isLessThanOrEqualTo(3);
            page.forEach(disk -> seen.add(disk.getId()));
            page = list(new ListVolumesRequest().withName(name).withLimit(2).withMarker(seen.getLast()));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(created);
        var found = disks(Signing.KEY_1)
                .listVolumes(new ListVolumesRequest().withIds("['" + created.get(0) + "','" + created.get(3) + "']"));
        assertThat(found.getCount()).isEqualTo(2);
        assertThat(found.getVolumes()).extracting(VolumeDetail::getId).containsOnly(created.get(0), created.get(3));
    }

    private List<VolumeDetail> list(ListVolumesRequest request) {
        return disks(Signing.KEY_1).listVolumes(request).getVolumes();
    }

    @Test
    void evs_client_exceptions_have_code_message_and_request_id() {
        var client = disks(Signing.KEY_1);
        assertRefused(
                ClientRequestException.class,
                404,
                "EVS.5404",
                () -> client.showVolume(new ShowVolumeRequest().withVolumeId(UNKNOWN)));
        assertRefused(
                ClientRequestException.class,
                400,
                "Gateway.InvalidRequest",
                () -> client.showVolume(new ShowVolumeRequest().withVolumeId("x")));
        assertRefused(
                ClientRequestException.class,
                400,
                "Gateway.InvalidRequest",
                () -> client.listVolumes(new ListVolumesRequest().withLimit(-1)));
        var stranger = disks(new Signer(Signing.KEY_1.accessKeyId(), "some-other-secret-key"));
        assertRefused(
                ClientRequestException.class,
                401,
                "Gateway.NotAuthenticated",
                () -> stranger.listVolumes(new ListVolumesRequest()));
        var elsewhere = disks(Signing.KEY_1, GatewayClient.P2);
        assertRefused(
                ClientRequestException.class,
                403,
                "Gateway.NotGranted",
                () -> elsewhere.showVolume(new ShowVolumeRequest().withVolumeId(attachFixture.disk())));
        attachFixture.cloud().faults(Fault.status("volume", 500));
        assertRefused(
                ServerResponseException.class,
                503,
                "Gateway.InventoryUnavailable",
                () -> client.showVolume(new ShowVolumeRequest()
                        .withVolumeId(attachFixture.cloud().newVolume())));
    }

    @Test
    void an_automatic_retry_after_a_lost_response_makes_no_second_operation() {
        try (var connection = FaultyConnection.to(URI.create(gateway.url()).getPort())) {
            var remoteClient = client(connection.url(), Signing.KEY_1, GatewayClient.P1);
            assertRefused(
                    ClientRequestException.class,
                    404,
                    "Gateway.OperationNotFound",
                    remoteClient,
                    request(UNKNOWN),
                    SHOW);
            connection.loseAnswers(1);

            var attached = remoteClient.syncInvokeHttp(request(""), ATTACH);

            assertThat(connection.lost())
                    .as("lost responses, each of a request that was retried")
                    .isEqualTo(1);
            attachFixture.awaitStatus(attached.id, "success");
            connection.loseAnswers(1);
            var detached = remoteClient.syncInvokeHttp(request(""), DETACH);
            assertThat(connection.lost()).isEqualTo(2);
            attachFixture.awaitStatus(detached.id, "success");
        }
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.detachSends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(2);
    }
}
