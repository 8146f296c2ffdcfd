package dev.attachgateway.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where the grants file is.
 *
 * @param location a path, or {@code classpath:} and the name of a resource
 */
record GrantsSource(String location) {
    private static final String CLASSPATH = "classpath:";
    private static final int LONGEST = 1 << 20;

    static GrantsSource of(String location) {
        return new GrantsSource(location);
    }

    byte[] read() throws GrantsReader.Broken {
        try (InputStream file = open()) {
            byte[] content = file.readNBytes(LONGEST + 1);
            if (content.length > LONGEST) {
                throw new GrantsReader.Broken("is larger than 1 MiB");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new GrantsReader.Broken("does not exist");
        } catch (IOException e) {
            throw new GrantsReader.Broken("cannot be read: " + e.getMessage());
        }
    }

    private InputStream open() throws IOException {
        if (!location.startsWith(CLASSPATH)) {
            return Files.newInputStream(Path.of(location));
        }
        String name = location.substring(CLASSPATH.length());
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
