package dev.attachgateway.audit;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of {@code audit.seal-key-file}: the first makes new seals, all of them prove old ones. */
record SealKeys(List<SealKey> all) {
    private static final int SHORTEST = 32;

    /**
     * Reads the file, if one is named.
     *
     * @throws ConfigurationException with a sentence that names the file and nothing of its content
     */
    static SealKeys read(Optional<String> file) {
        return file.map(SealKeys::of).orElseGet(() -> new SealKeys(List.of()));
    }

    private static SealKeys of(String file) {
        try {
            var secrets = Files.readAllLines(Path.of(file)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (secrets.isEmpty() || secrets.stream().anyMatch(secret -> secret.length() < SHORTEST)) {
                throw new ConfigurationException("audit.seal-key-file " + file + " has to hold a key of at least "
                        + SHORTEST + " characters in each line.");
            }
            return new SealKeys(secrets.stream().map(SealKey::new).toList());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "audit.seal-key-file " + file + " cannot be read: "
                            + e.getClass().getSimpleName() + ".",
                    e);
        }
    }

    /** What new seals are made with; null for no key. */
    @Nullable
    SealKey newest() {
        return all.isEmpty() ? null : all.getFirst();
    }

    Optional<SealKey> named(String name) {
        return all.stream().filter(key -> key.name().equals(name)).findFirst();
    }
}
