package dev.attachgateway.manifests;

import dev.attachgateway.testkit.CommandResult;
import dev.attachgateway.testkit.MachineRequirements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Renders a kustomization with the machine's kubectl. */
final class Kustomize {

    private static final Path MANIFESTS = Path.of("k8s");

    private Kustomize() {}

    static String render(String kustomization) {
        MachineRequirements.command("kubectl");
        var rendered = kubectl(MANIFESTS, "kustomize", kustomization);
        // Debian 12's kubectl 1.20 is the last whose kustomize has other keys for bases and patches.
        if (rendered.exit() != 0
                && kubectl(MANIFESTS, "version", "--client").out().contains("v1.20.")) {
            return renderWithOldSyntax(kustomization);
        }
        return rendered.printed();
    }

    private static String renderWithOldSyntax(String kustomization) {
        try {
            var copy = Files.createTempDirectory("manifests");
            try (var files = Files.walk(MANIFESTS)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    var target = copy.resolve(MANIFESTS.relativize(file));
                    Files.createDirectories(target.getParent());
                    var text = Files.readString(file);
                    Files.writeString(target, file.endsWith("kustomization.yaml") ? toOldSyntax(text) : text);
                }
            }
            return kubectl(copy, "kustomize", kustomization).printed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String toOldSyntax(String kustomization) {
        return kustomization
                .replace("resources:\n  - ../../base\n", "bases:\n  - ../../base\nresources:\n")
                .replace("patches:\n", "patchesStrategicMerge:\n")
                .replace("  - path: ", "  - ");
    }

    private static CommandResult kubectl(Path folder, String... arguments) {
        var command = new String[arguments.length + 1];
        command[0] = "kubectl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return CommandResult.run(folder, Map.of(), Duration.ofSeconds(30), command);
    }
}
