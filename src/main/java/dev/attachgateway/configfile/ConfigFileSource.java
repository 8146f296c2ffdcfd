package dev.attachgateway.configfile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The location of a configuration file.
 *
 * @param location a path, or {@code classpath:} and the name of a resource
 * @param isSecret whether a file that others may read is rejected; resources on the classpath have no mode and are not checked
 */
public record ConfigFileSource(String location, boolean isSecret) {
    private static final String CLASSPATH_PREFIX = "classpath:";
    private static final int MAX_BYTES = 1 << 20;

    /** A file without secrets. */
    public static ConfigFileSource of(String location) {
        return new ConfigFileSource(location, false);
    }

    /** A file with secrets. */
    public static ConfigFileSource secret(String location) {
        return new ConfigFileSource(location, true);
    }

    /** Reads the file; fails when it is missing, unreadable, larger than 1 MiB, or a secret that others may read. */
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
