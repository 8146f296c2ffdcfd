package dev.attachgateway.access;

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
record FileSource(String location, boolean isSecret) {
    private static final String CLASSPATH = "classpath:";
    private static final int LONGEST = 1 << 20;

    static FileSource of(String location) {
        return new FileSource(location, false);
    }

    static FileSource secret(String location) {
        return new FileSource(location, true);
    }

    byte[] read() throws BrokenFile {
        try (InputStream file = open()) {
            byte[] content = file.readNBytes(LONGEST + 1);
            if (content.length > LONGEST) {
                throw new BrokenFile("is larger than 1 MiB");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new BrokenFile("does not exist");
        } catch (IOException e) {
            throw new BrokenFile("cannot be read: " + e.getMessage());
        }
    }

    private InputStream open() throws IOException, BrokenFile {
        if (!location.startsWith(CLASSPATH)) {
            Path path = Path.of(location);
            if (isSecret) {
                SecretFile.check(path);
            }
            return Files.newInputStream(path);
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
