package dev.attachgateway.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A JVM that starts the server of a folder, for tests that kill it; it prints its URL, or the failure, in one line. */
final class GatewayProcess implements AutoCloseable {
    private final Process process;
    private final String firstLine;

    private GatewayProcess(Process process, String firstLine) {
        this.process = process;
        this.firstLine = firstLine;
    }

    static GatewayProcess start(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GatewayProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        return new GatewayProcess(process, line == null ? "" : line);
    }

    String firstLine() {
        return firstLine;
    }

    int port() {
        return Integer.parseInt(firstLine.replaceAll(".*:(\\d+)/.*", "$1"));
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** The main of that JVM. */
    public static void main(String[] args) throws InterruptedException {
        try {
            System.out.println(
                    EmbeddedPostgres.start(Path.of(args[0])).connectionDetails().url());
            new CountDownLatch(1).await();
        } catch (StorageUnavailableException e) {
            System.out.println(e.getMessage());
        }
    }
}
