package dev.attachgateway.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.exception.ServerResponseException;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.evs.v2.EvsClient;
import com.huaweicloud.sdk.evs.v2.model.ListVolumesRequest;
import com.sun.net.httpserver.HttpServer;
import dev.attachgateway.problem.type.ProblemType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the gateway refuses with, the official SDK makes of it an exception that says all of it. */
class SdkProblemsTest {
    private static final String REQUEST = "0123456789abcdef0123456789abcdef";

    private final AtomicReference<ProblemBuilder> finding =
            new AtomicReference<>(ProblemBuilder.of(ProblemType.INTERNAL));
    private HttpServer server;

    @BeforeEach
    void answer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var found = Objects.requireNonNull(finding.get());
            var body = new ObjectMapper()
                    .writeValueAsBytes(found.problem(exchange.getRequestURI().getPath(), REQUEST));
            exchange.getResponseHeaders().add("Content-Type", Problem.mediaType(true));
            exchange.getResponseHeaders().add("X-Request-Id", REQUEST);
            exchange.sendResponseHeaders(found.complaint().status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @EnumSource
    void each_has_its_status_its_code_its_sentence_and_the_request(ProblemType problemType) {
        finding.set(ProblemBuilder.of(problemType));
        var client = EvsClient.newBuilder()
                .withEndpoint("http://localhost:" + server.getAddress().getPort())
                .withCredential(new BasicCredentials().withAk("A").withSk("S").withProjectId("0".repeat(32)))
                .build();
        var refused = catchThrowableOfType(
                ServiceResponseException.class, () -> client.listVolumes(new ListVolumesRequest()));
        assertThat(refused)
                .isInstanceOf(
                        problemType.status() < 500 ? ClientRequestException.class : ServerResponseException.class);
        assertThat(refused.getHttpStatusCode()).isEqualTo(problemType.status());
        assertThat(refused.getErrorCode()).isEqualTo(problemType.code());
        assertThat(refused.getErrorMsg()).isEqualTo(problemType.title());
        assertThat(refused.getRequestId()).isEqualTo(REQUEST);
    }
}
