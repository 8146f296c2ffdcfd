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
import dev.attachgateway.problem.type.ProblemBuilder;
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

/** The official SDK turns each problem into an exception with its status, code, message and request id. */
class SdkProblemsTest {
    private static final String REQUEST_ID = "0123456789abcdef0123456789abcdef";

    private final AtomicReference<ProblemBuilder> problem =
            new AtomicReference<>(ProblemBuilder.of(ProblemType.INTERNAL));
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var problemBuilder = Objects.requireNonNull(problem.get());
            var body = new ObjectMapper()
                    .writeValueAsBytes(
                            Problem.of(problemBuilder, exchange.getRequestURI().getPath(), REQUEST_ID));
            exchange.getResponseHeaders().add("Content-Type", Problem.mediaType(true));
            exchange.getResponseHeaders().add("X-Request-Id", REQUEST_ID);
            exchange.sendResponseHeaders(problemBuilder.problemType().status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @ParameterizedTest
    @EnumSource
    void the_exception_has_the_status_code_message_and_request_id(ProblemType problemType) {
        problem.set(ProblemBuilder.of(problemType));
        var client = EvsClient.newBuilder()
                .withEndpoint("http://localhost:" + server.getAddress().getPort())
                .withCredential(new BasicCredentials().withAk("A").withSk("S").withProjectId("0".repeat(32)))
                .build();
        var exception = catchThrowableOfType(
                ServiceResponseException.class, () -> client.listVolumes(new ListVolumesRequest()));
        assertThat(exception)
                .isInstanceOf(
                        problemType.status() < 500 ? ClientRequestException.class : ServerResponseException.class);
        assertThat(exception.getHttpStatusCode()).isEqualTo(problemType.status());
        assertThat(exception.getErrorCode()).isEqualTo(problemType.code());
        assertThat(exception.getErrorMsg()).isEqualTo(problemType.title());
        assertThat(exception.getRequestId()).isEqualTo(REQUEST_ID);
    }
}
