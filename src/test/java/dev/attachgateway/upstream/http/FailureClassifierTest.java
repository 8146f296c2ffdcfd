package dev.attachgateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.Refused;
import dev.attachgateway.upstream.http.CloudCallException.Unsettled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
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
        // A 403 about the resource concerns the caller, not the credential.
        "403, ModelArts.6326, refused",
        "403, EVS.0003, credential",
        "403, EVS.1027, refused",
        "403, EVS.2056, refused",
        "403, APIGW.0310, credential",
        "403, APIG.0802, credential",
        // Undocumented codes of the cloud's form.
        "400, ModelArts.9999, refused",
        "409, ModelArts.9999, refused",
        "418, ModelArts.9999, refused",
        "403, ModelArts.9999, refused",
        "401, ModelArts.9999, credential",
        "408, ModelArts.9999, unsettled",
        "425, ModelArts.9999, unsettled",
        "499, ModelArts.9999, unsettled",
        "500, ModelArts.9999, unsettled",
        "501, ModelArts.9999, unsettled",
        "503, ModelArts.9999, unsettled",
        "599, ModelArts.9999, unsettled",
        "500, ModelArts.6357, unsettled",
        "503, APIGW.0308, unsettled",
        "500, APIGW.0613, unsettled",
        "302, ModelArts.9999, unsettled",
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
        var body = code == null ? "" : "{\"error_code\":\"" + code + "\",\"error_msg\":\"message\"}";
        assertThat(kind(classify(CloudService.MODELARTS, status, body, false))).isEqualTo(kind);
    }

    /** Bodies that no service of the cloud sends: of a proxy, a mesh or a firewall, or damaged. */
    private static final List<String> FOREIGN_BODIES = List.of(
            "",
            "<html><body>Blocked</body></html>",
            "[]",
            "null",
            "{}",
            "\"ModelArts.6404\"",
            "{\"error\":{\"code\":\"rate_limited\",\"message\":\"slow down\"}}",
            "{\"error\":{\"code\":409,\"message\":\"conflict\"}}",
            "{\"error\":{\"code\":\"WAF-1001\",\"message\":\"blocked\"}}",
            "{\"error\":\"ModelArts.6404\"}",
            "{\"error\":{\"code\":\"ModelArts.6404\"}}",
            "{\"error\":{\"code\":null,\"message\":\"none\"}}",
            "{\"error\":{\"code\":\"EVS.5404\",\"message\":\"gone\"},\"via\":\"proxy\"}",
            "{\"error_code\":\"\",\"error_msg\":\"\"}",
            "{\"error_code\":\"ModelArts.6404\"}",
            "{\"error_code\":\"ModelArts.6404\",\"error_msg\":null}",
            "{\"error_code\":6404,\"error_msg\":\"not found\"}",
            "{\"error_code\":\"modelarts.6404\",\"error_msg\":\"not found\"}",
            "{\"error_code\":\"ModelArts.\",\"error_msg\":\"not found\"}",
            "{\"error_code\":\"ModelArts.6404 \",\"error_msg\":\"not found\"}",
            "{\"error_code\":\"ModelArts.rate_limited\",\"error_msg\":\"slow down\"}",
            "{\"error_code\":\"APIGWX.0308\",\"error_msg\":\"slow down\"}",
            "{\"error_code\":\"Envoy.0308\",\"error_msg\":\"slow down\"}",
            "{\"error_code\":\"Gateway.NotGranted\",\"error_msg\":\"no\"}",
            "{\"code\":\"ModelArts.6404\",\"message\":\"not found\"}",
            "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409}");

    @Test
    void a_write_answered_by_an_intermediary_is_of_unknown_outcome_whatever_the_status() {
        var rows = 0;
        for (var body : FOREIGN_BODIES) {
            for (var status = 300; status < 600; status++) {
                assertThat(kind(classify(CloudService.MODELARTS, status, body, false)))
                        .as("%s %s", status, body)
                        .isEqualTo("unsettled");
                rows++;
            }
        }
        assertThat(rows).isEqualTo(7_800);
    }

    @Test
    void a_read_answered_by_an_intermediary_is_throttled_or_of_unknown_outcome() {
        for (var service : CloudService.values()) {
            for (var body : FOREIGN_BODIES) {
                for (var status = 300; status < 600; status++) {
                    assertThat(kind(classify(service, status, body, true)))
                            .as("%s %s %s", service, status, body)
                            .isEqualTo(status == 429 ? "THROTTLED" : "unsettled");
                }
            }
        }
    }

    /** The envelopes of the cloud with a code of every form, and the services that use them. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "MODELARTS | 400 | {'error_code':'ModelArts.7000','error_msg':'no'} | refused",
                "MODELARTS | 400 | {'error_code':'ModelArts.7000','error_msg':''} | refused",
                "MODELARTS | 404 | {'error_code':'APIGW.0101','error_msg':'no','request_id':'1'} | refused",
                "EVS | 404 | {'error':{'code':'EVS.5404','message':'gone'}} | not found",
                "EVS | 404 | {'itemNotFound':{'code':'EVS.5404','message':'gone'}} | not found",
                "EVS | 404 | {'itemNotFound':{'code':404,'message':'gone'}} | not found",
                "EVS | 400 | {'badRequest':{'code':400,'message':'no'}} | refused",
                "EVS | 403 | {'forbidden':{'code':403,'message':'no'}} | refused",
                "EVS | 400 | {'error_code':'Common.0013','error_msg':'bad token'} | refused",
                "EVS | 413 | {'overLimit':{'code':413,'message':'quota'}} | refused",
                "EVS | 429 | {'overLimit':{'code':429,'message':'slow down'}} | THROTTLED",
                "EVS | 404 | {'itemNotFound':{'code':410,'message':'gone'}} | unsettled",
                "EVS | 404 | {'item-not-found':{'code':404,'message':'gone'}} | unsettled",
                "EVS | 404 | {'error':{'code':404,'message':'gone'}} | unsettled",
                "MODELARTS | 404 | {'itemNotFound':{'code':404,'message':'gone'}} | unsettled",
                "IAM | 401 | {'error':{'code':401,'message':'no','title':'Unauthorized'}} | credential",
                "IAM | 401 | {'error_code':'IAM.0001','error_msg':'no'} | credential",
                "IAM | 401 | {'error':{'code':401,'message':'no'}} | unsettled",
                "EVS | 401 | {'error':{'code':401,'message':'no','title':'Unauthorized'}} | unsettled",
            })
    void an_envelope_of_the_cloud_is_conclusive_for_the_services_that_use_it(
            CloudService service, int status, String body, String kind) {
        assertThat(kind(classify(service, status, body.replace('\'', '"'), false)))
                .isEqualTo(kind);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "429, '', THROTTLED",
        "503, '', UNFORWARDED",
        "500, '{\"error_code\":\"ModelArts.0010\",\"error_msg\":\"failed\"}', unsettled",
        "400, '{\"error_code\":\"ModelArts.7000\",\"error_msg\":\"no\"}', refused"
    })
    void a_response_that_is_given_before_forwarding_did_not_start_the_call_unless_it_is_the_clouds(
            int status, String body, String kind) {
        var response = CloudResponse.parse(status, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(body), true);
        assertThat(kind(FailureClassifier.fromResponse(CloudService.MODELARTS, response, false)))
                .isEqualTo(kind);
    }

    private static CloudCallException classify(CloudService service, int status, String body, boolean read) {
        var response = CloudResponse.parse(status, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(body), false);
        return FailureClassifier.fromResponse(service, response, read);
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

    @ParameterizedTest
    @CsvSource({"400, ModelArts.7000", "500, ModelArts.0010"})
    void the_error_code_of_the_cloud_is_kept(int status, String code) {
        var body = "{\"error_code\":\"" + code + "\",\"error_msg\":\"message\"}";
        assertThat(classify(CloudService.MODELARTS, status, body, false).code()).isEqualTo(code);
    }
}
