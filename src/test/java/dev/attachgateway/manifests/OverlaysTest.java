package dev.attachgateway.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The overlays configure production with replicas and external services, and development as one self-contained pod. */
class OverlaysTest {

    @Test
    void production_has_at_least_two_replicas_and_none_unavailable_during_a_rollout() {
        var spec = Rendered.of("overlays/prod").the(Deployment.class).getSpec();
        assertThat(spec.getReplicas()).isGreaterThanOrEqualTo(2);
        assertThat(spec.getStrategy().getRollingUpdate().getMaxUnavailable().getIntVal())
                .isZero();
    }

    @Test
    void the_operations_guide_creates_all_secrets_of_production() throws IOException {
        var prod = Rendered.of("overlays/prod");
        assertThat(prod.settings())
                .doesNotContainKey("STORAGE")
                .containsKeys("UPSTREAM_MODELARTS_URL", "UPSTREAM_EVS_URL", "UPSTREAM_IAM_URL");
        assertThat(prod.container().getEnv())
                .extracting(EnvVar::getName)
                .containsExactly("STORAGE_URL", "STORAGE_USERNAME", "STORAGE_PASSWORD");
        var guide = Files.readString(Path.of("docs/operations.md"));
        assertThat(prod.container().getEnv()).allSatisfy(variable -> {
            var reference = variable.getValueFrom().getSecretKeyRef();
            assertThat(guide)
                    .contains("create secret generic " + reference.getName())
                    .contains("=" + reference.getKey());
        });
        var credentials = prod.settings().get("UPSTREAM_CREDENTIALS_FILE");
        assertThat(prod.pod().getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .singleElement()
                .satisfies(volume -> {
                    assertThat(guide)
                            .contains("create secret generic "
                                    + volume.getSecret().getSecretName());
                    assertThat(prod.container().getVolumeMounts())
                            .filteredOn(mount -> mount.getName().equals(volume.getName()))
                            .singleElement()
                            .satisfies(mount -> assertThat(credentials).startsWith(mount.getMountPath() + "/"));
                });
    }

    @Test
    void the_dev_overlay_is_one_pod_with_embedded_storage_and_sandbox() {
        var dev = Rendered.of("overlays/dev");
        assertThat(dev.settings()).containsEntry("STORAGE", "embedded");
        assertThat(dev.container().getEnv()).isEmpty();
        assertThat(dev.container().getImage()).endsWith(":sandbox");
        var spec = dev.the(Deployment.class).getSpec();
        assertThat(spec.getReplicas()).isOne();
        assertThat(spec.getStrategy().getType()).isEqualTo("Recreate");
        assertThat(spec.getStrategy().getRollingUpdate()).isNull();
    }
}
