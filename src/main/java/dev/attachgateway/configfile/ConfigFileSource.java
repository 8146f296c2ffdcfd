package dev.attachgateway.configfile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a file of the operator's is.
 *
 * @param location a path, or {@code classpath:} and the name of a resource
 * @param isSecret whether a file that others may read is refused; a bundled one is everybody's and has no mode
 */
public record ConfigFileSource(String location, boolean isSecret) {
    private static final String CLASSPATH_PREFIX = "classpath:";
    private static final int MAX_BYTES = 1 << 20;

    public static ConfigFileSource of(String location) {
        return new ConfigFileSource(location, false);
    }

    public static ConfigFileSource secret(String location) {
        return new ConfigFileSource(location, true);
    }

    public byte[] read() throws InvalidConfigFileException {
        try (InputStream file = open()) {
            byte[] content = file.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new InvalidConfigFileException("is larger than 1 MiB");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new InvalidConfigFileException("does not exist");
        } catch (IOException e) {
            throw new InvalidConfigFileException("cannot be read: " + e.getMessage());
        }
    }

    private InputStream open() throws IOException, InvalidConfigFileException {
        if (!location.startsWith(CLASSPATH_PREFIX)) {
            Path path = Path.of(location);
            if (isSecret) {
                SecretFilePermissions.check(path);
            }
            return Files.newInputStream(path);
        }
        String name = location.substring(CLASSPATH_PREFIX.length());
        InputStream resource = Thread.currentThread().getContextClassLoader().getResourceAsStream(name);
        if (resource == null) {
            throw new NoSuchFileException(name);
        }
        return resource;
    }

    @Override
    public String toString() {
        return location;
    }
}
