package dev.attachgateway.audit.seal;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of {@code audit.seal-key-file}: the first makes new seals, all of them verify old ones. */
public record SealKeys(List<SealKey> keys) {
    private static final int MIN_KEY_LENGTH = 32;

    /**
     * Reads the keys, none without a file.
     *
     * @throws ConfigurationException with a message that names the file and discloses nothing of its content
     */
    public static SealKeys read(Optional<String> file) {
        return file.map(SealKeys::readFile).orElseGet(() -> new SealKeys(List.of()));
    }

    private static SealKeys readFile(String file) {
        try {
            var secrets = Files.readAllLines(Path.of(file)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (secrets.isEmpty() || secrets.stream().anyMatch(secret -> secret.length() < MIN_KEY_LENGTH)) {
                throw new ConfigurationException("audit.seal-key-file " + file + " must have a key of at least "
                        + MIN_KEY_LENGTH + " characters in each line.");
            }
            return new SealKeys(secrets.stream().map(SealKey::new).toList());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "audit.seal-key-file " + file + " cannot be read: "
                            + e.getClass().getSimpleName() + ".",
                    e);
        }
    }

    /** The key of new seals; null without a key file. */
    @Nullable
    SealKey currentKey() {
        return keys.isEmpty() ? null : keys.getFirst();
    }

    /** The key with a name, as seals store it. */
    public Optional<SealKey> findByName(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }
}
