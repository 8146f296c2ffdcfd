package dev.attachgateway.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties that every kustomization has. */
@ParameterizedClass
@ValueSource(strings = {"base", "overlays/dev", "overlays/prod"})
class ManifestsTest {

    private final Rendered rendered;

    ManifestsTest(String kustomization) {
        rendered = Rendered.of(kustomization);
    }

    @Test
    void every_probe_uses_the_management_port() {
        var container = rendered.container();
        assertThat(container.getPorts())
                .extracting(ContainerPort::getName, ContainerPort::getContainerPort)
                .containsExactly(tuple("http", 8080), tuple("management", 9000));
        assertThat(List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe()))
                .allSatisfy(probe ->
                        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management"))
                .extracting(ManifestsTest::path)
                .containsExactly("/q/health/started", "/q/health/live", "/q/health/ready");
    }

    @Test
    void the_pod_is_unprivileged_and_can_write_only_to_its_own_folders() {
        var pod = rendered.pod();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(rendered.the(ServiceAccount.class).getAutomountServiceAccountToken())
                .isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        var security = rendered.container().getSecurityContext();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(rendered.container().getVolumeMounts())
                .filteredOn(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
                .extracting(VolumeMount::getMountPath)
                .containsExactlyInAnyOrder("/tmp", "/app/data");
    }

    @Test
    void every_resource_has_a_request_and_a_limit() {
        var resources = rendered.container().getResources();
        assertThat(resources.getRequests()).containsOnlyKeys("cpu", "memory", "ephemeral-storage");
        assertThat(resources.getLimits()).containsOnlyKeys("cpu", "memory", "ephemeral-storage");
        assertThat(rendered.pod().getVolumes())
                .filteredOn(volume -> volume.getEmptyDir() != null)
                .allSatisfy(volume ->
                        assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull());
    }

    @Test
    void every_selector_matches_the_pod() {
        Map<String, String> labels = rendered.the(Deployment.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
        assertThat(labels)
                .containsAllEntriesOf(
                        rendered.the(Deployment.class).getSpec().getSelector().getMatchLabels())
                .containsAllEntriesOf(rendered.the(Service.class).getSpec().getSelector())
                .containsAllEntriesOf(rendered.the(PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .containsAllEntriesOf(rendered.the(NetworkPolicy.class)
                        .getSpec()
                        .getPodSelector()
                        .getMatchLabels())
                .containsAllEntriesOf(rendered.pod()
                        .getTopologySpreadConstraints()
                        .getFirst()
                        .getLabelSelector()
                        .getMatchLabels());
        assertThat(rendered.the(Service.class).getSpec().getPorts())
                .extracting(port -> port.getTargetPort().getStrVal())
                .containsExactly("http");
    }

    @Test
    void every_object_that_the_pod_references_is_rendered() {
        assertThat(rendered.names(ServiceAccount.class)).contains(rendered.pod().getServiceAccountName());
        var maps = rendered.names(ConfigMap.class);
        assertThat(rendered.container().getEnvFrom())
                .extracting(EnvFromSource::getConfigMapRef)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(maps).contains(reference.getName()));
        assertThat(rendered.pod().getVolumes())
                .filteredOn(volume -> volume.getConfigMap() != null)
                .allSatisfy(volume ->
                        assertThat(maps).contains(volume.getConfigMap().getName()));
        assertThat(rendered.pod().getVolumes())
                .extracting(Volume::getName)
                .containsExactlyInAnyOrderElementsOf(rendered.container().getVolumeMounts().stream()
                        .map(VolumeMount::getName)
                        .toList());
    }

    @Test
    void the_grants_are_mounted_as_a_folder_so_that_changes_reach_a_running_pod() {
        var file = Objects.requireNonNull(rendered.settings().get("ACCESS_GRANTS_FILE"));
        assertThat(rendered.container().getVolumeMounts())
                .filteredOn(mount -> file.startsWith(mount.getMountPath() + "/"))
                .singleElement()
                .satisfies(mount -> {
                    assertThat(mount.getSubPath()).isNull();
                    assertThat(mount.getReadOnly()).isTrue();
                });
    }

    @Test
    void secrets_are_only_referenced() {
        assertThat(rendered.names(Secret.class)).isEmpty();
        assertThat(rendered.container().getEnv())
                .allSatisfy(variable -> assertThat(variable.getValue()).isNull());
        assertThat(rendered.settings().keySet())
                .noneMatch(name -> name.matches(".*(PASSWORD|SECRET|TOKEN|CREDENTIALS)"));
    }

    @Test
    void rendered_namespaces_enforce_the_restricted_pod_security_standard() {
        assertThat(rendered.all(Namespace.class))
                .allSatisfy(namespace -> assertThat(namespace.getMetadata().getLabels())
                        .containsEntry("pod-security.kubernetes.io/enforce", "restricted"));
    }

    private static String path(Probe probe) {
        return probe.getHttpGet().getPath();
    }
}
