package dev.attachgateway.manifests;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The objects of one rendered kustomization. */
record Rendered(List<HasMetadata> objects) {

    static Rendered of(String kustomization) {
        var documents = Kustomize.render(kustomization).split("(?m)^---$", -1);
        return new Rendered(Arrays.stream(documents).map(Strictly::read).toList());
    }

    <T extends HasMetadata> Stream<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast);
    }

    <T extends HasMetadata> T the(Class<T> kind) {
        return all(kind)
                .reduce((one, other) -> {
                    throw new AssertionError("more than one " + kind.getSimpleName());
                })
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName()));
    }

    PodSpec pod() {
        return the(Deployment.class).getSpec().getTemplate().getSpec();
    }

    Container container() {
        var containers = pod().getContainers();
        if (containers.size() != 1) {
            throw new AssertionError("one container expected: " + containers);
        }
        return containers.getFirst();
    }

    List<String> names(Class<? extends HasMetadata> kind) {
        return all(kind).map(object -> object.getMetadata().getName()).toList();
    }

    Map<String, String> settings() {
        return all(ConfigMap.class)
                .filter(map -> map.getMetadata().getName().equals("attach-gateway-settings"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no settings"))
                .getData();
    }
}
