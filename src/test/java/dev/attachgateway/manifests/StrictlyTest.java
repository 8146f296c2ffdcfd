package dev.attachgateway.manifests;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The strict reader of Kubernetes objects rejects unknown fields, wrong types and unknown kinds. */
class StrictlyTest {

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: gateway
            spec:
              strategy:
                rollingUpdate:
                  maxUnavailable: 0
              template:
                spec:
                  containers:
                    - name: gateway
                      env:
                        - name: STORAGE
                          value: embedded
                      readinessProbe:
                        httpGet:
                          path: /q/health/ready
                          port: management
                      resources:
                        limits:
                          cpu: "2"
            """;

    @Test
    void a_valid_object_is_accepted() {
        assertThatCode(() -> Strictly.read(DEPLOYMENT)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "strategy:, stratergy:, .spec.stratergy",
        "maxUnavailable, maxUnavailble, .spec.strategy.rollingUpdate.maxUnavailble",
        "httpGet, httpget, .spec.template.spec.containers[0].readinessProbe.httpget",
        "value: embedded, valeu: embedded, .spec.template.spec.containers[0].env[0].valeu",
        "limits, limit, .spec.template.spec.containers[0].resources.limit",
    })
    void a_misspelt_field_is_reported_with_its_path(String right, String wrong, String path) {
        assertThatThrownBy(() -> Strictly.read(DEPLOYMENT.replace(right, wrong)))
                .hasMessageContaining("unknown field " + path);
    }

    @Test
    void a_number_instead_of_text_is_reported() {
        assertThatThrownBy(() -> Strictly.read(DEPLOYMENT.replace("embedded", "5432")))
                .hasMessageContaining("wrong type .spec.template.spec.containers[0].env[0].value");
    }

    @Test
    void an_unknown_kind_is_rejected() {
        assertThatThrownBy(() -> Strictly.read(DEPLOYMENT.replace("kind: Deployment", "kind: Deplyoment")))
                .isInstanceOf(Throwable.class);
    }
}
