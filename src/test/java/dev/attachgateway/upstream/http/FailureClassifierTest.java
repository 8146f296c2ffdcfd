package dev.attachgateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.Refused;
import dev.attachgateway.upstream.http.CloudCallException.Unsettled;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves how failed exchanges are classified: refused, not started, or of unknown outcome. */
class FailureClassifierTest {

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        // Observed responses.
        "400, ModelArts.6404, not found",
        "400, ModelArts.7000, refused",
        "400, ModelArts.0104, refused",
        "401, APIGW.0301, credential",
        // ModelArts' own codes.
        "400, ModelArts.0101, refused",
        "400, ModelArts.0107, refused",
        "400, ModelArts.0204, refused",
        "400, ModelArts.0210, refused",
        "400, ModelArts.6326, refused",
        "400, ModelArts.6327, refused",
        "400, ModelArts.6357, BUSY",
        "400, ModelArts.6400, refused",
        "400, ModelArts.6528, refused",
        "401, ModelArts.0201, credential",
        "401, ModelArts.0202, credential",
        "401, ModelArts.6203, credential",
        "403, ModelArts.0108, credential",
        "403, ModelArts.0112, credential",
        "403, ModelArts.0203, credential",
        "403, ModelArts.0206, credential",
        "403, ModelArts.0210, credential",
        "404, ModelArts.2786, refused",
        "429, ModelArts.2799, THROTTLED",
        "429, ModelArts.6101, BUSY",
        "500, ModelArts.0010, unsettled",
        "500, ModelArts.6102, unsettled",
        "500, ModelArts.6699, unsettled",
        "503, ModelArts.4302, unsettled",
        "503, ModelArts.4700, unsettled",
        "504, ModelArts.4503, unsettled",
        // The API gateway in front of the cloud, in both spellings.
        "404, APIGW.0101, refused",
        "500, APIG.0103, unsettled",
        "413, APIGW.0201, refused",
        "494, APIGW.0201, refused",
        "502, APIGW.0201, unsettled",
        "504, APIGW.0201, unsettled",
        "500, APIGW.0201, unsettled",
        "502, APIG.0202, unsettled",
        "504, APIG.0203, unsettled",
        "403, APIGW.0302, credential",
        "401, APIGW.0303, credential",
        "401, APIGW.0307, TOKEN_STALE",
        "401, APIG.0307, TOKEN_STALE",
        "429, APIGW.0308, THROTTLED",
        "429, APIG.0308, THROTTLED",
        "403, APIGW.0401, credential",
        "503, APIGW.0613, CREDENTIAL_SERVICE",
        "503, APIG.0613, CREDENTIAL_SERVICE",
        // EVS.
        "404, EVS.5404, not found",
        "400, EVS.1002, refused",
        "401, EVS.5401, credential",
        "403, EVS.5403, credential",
        "500, EVS.2002, unsettled",
        "503, EVS.5503, unsettled",
        // Undocumented codes.
        "400, Never.Seen, refused",
        "409, Never.Seen, refused",
        "418, Never.Seen, refused",
        "408, Never.Seen, unsettled",
        "425, Never.Seen, unsettled",
        "499, Never.Seen, unsettled",
        "500, Never.Seen, unsettled",
        "501, Never.Seen, unsettled",
        "503, Never.Seen, unsettled",
        "599, Never.Seen, unsettled",
        "500, ModelArts.6357, unsettled",
        "503, APIGW.0308, unsettled",
        "500, APIGW.0613, unsettled",
        "302, Never.Seen, unsettled",
        "307, , unsettled",
        // Without the cloud's envelope the response may come from an intermediary.
        "400, , unsettled",
        "401, , unsettled",
        "403, , unsettled",
        "404, , unsettled",
        "429, , unsettled",
        "500, , unsettled",
        "502, , unsettled",
        "503, , unsettled",
        "504, , unsettled"
    })
    void a_response_is_classified_by_status_and_code(int status, @Nullable String code, String kind) {
        assertThat(kind(FailureClassifier.fromResponse(status, code, "message")))
                .isEqualTo(kind);
    }

    private static String kind(CloudCallException failure) {
        return switch (failure) {
            case Refused refused when refused.isNotFound() -> "not found";
            case Refused refused when refused.isAboutCredential() -> "credential";
            case Refused _ -> "refused";
            case NotStarted notStarted -> notStarted.reason().name();
            case Unsettled _ -> "unsettled";
        };
    }

    @Test
    void a_sent_request_without_a_usable_response_is_of_unknown_outcome() {
        assertThat(FailureClassifier.responseLost(new IOException("reset"))).isInstanceOf(Unsettled.class);
        assertThat(FailureClassifier.unreadableResponse(200)).isInstanceOf(Unsettled.class);
    }

    @Test
    void a_request_without_a_connection_did_not_start() {
        assertThat(kind(FailureClassifier.connectFailed(new IOException("refused"))))
                .isEqualTo("UNREACHABLE");
    }

    @Test
    void a_full_connection_pool_is_not_a_failure_of_the_cloud() {
        assertThat(kind(FailureClassifier.connectFailed(new TimeoutException("no connection was free"))))
                .isEqualTo("CROWDED");
    }

    @Test
    void the_error_code_of_the_cloud_is_kept() {
        assertThat(FailureClassifier.fromResponse(400, "ModelArts.7000", "no").code())
                .isEqualTo("ModelArts.7000");
        assertThat(FailureClassifier.fromResponse(500, "ModelArts.0010", "failed")
                        .code())
                .isEqualTo("ModelArts.0010");
    }
}
