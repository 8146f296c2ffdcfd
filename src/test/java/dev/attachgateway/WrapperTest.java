package dev.attachgateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.CommandResult;
import dev.attachgateway.testkit.MachineRequirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Maven wrapper finds a JDK and verifies its Maven distribution; project, home and repository are temporary,
 * without a network.
 */
class WrapperTest {

    private static final String MAVEN = "apache-maven-3.9.16";

    @TempDir
    Path folder;

    private Path project;
    private Path home;
    private Path zip;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void createProjectWithABlankInItsPath() throws IOException {
        MachineRequirements.command("curl");
        project = Files.createDirectories(folder.resolve("a project"));
        home = Files.createDirectories(folder.resolve("a home"));
        Files.copy(Path.of("mvnw"), project.resolve("mvnw"), StandardCopyOption.COPY_ATTRIBUTES);
        zip = folder.resolve("repository/org/apache/maven/apache-maven/3.9.16/" + MAVEN + "-bin.zip");
        Files.createDirectories(zip.getParent());
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry(MAVEN + "/bin/mvn"));
            out.write("#!/bin/sh\necho \"$JAVA_HOME|$0|$*\"\n".getBytes(UTF_8));
        }
        pin(sha256(zip));
        environment.put("HOME", home.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MAVEN_USER_HOME", "");
        environment.put("MVNW_REPOURL", "file://" + folder.resolve("repository"));
    }

    @Test
    void without_a_suitable_jdk_it_names_the_required_version() throws IOException {
        var script = project.resolve("mvnw");
        Files.writeString(script, Files.readString(script).replace("wanted=25", "wanted=99"));
        var run = mvnw();
        assertThat(run.exit()).isOne();
        assertThat(run.err()).startsWith("This build needs a JDK 99 or newer and found none.\nInstall one");
    }

    @Test
    void java_home_is_used_and_the_arguments_are_passed_unchanged() {
        assertThat(mvnw("-B", "a b").printed())
                .startsWith(System.getProperty("java.home") + "|" + home)
                .endsWith("/bin/mvn|-B a b\n");
    }

    @Test
    void an_old_jdk_in_java_home_is_skipped() throws IOException {
        var old = jdk("old", "17.0.15");
        var suitable = jdk("a home/.jdks/suitable", "25.0.1");
        environment.put("JAVA_HOME", old.toString());
        environment.put("MVNW_REPOURL", "");
        // Already unpacked, so that the fake JDK is not executed; a JDK of the machine may be found instead of it.
        var bin = Files.createDirectories(dists().resolve("bin"));
        Files.writeString(executable(bin.resolve("mvn")), "#!/bin/sh\necho \"$JAVA_HOME\"\n");
        assertThat(Path.of(mvnw().printed().strip())).isNotEqualTo(old);
        environment.put("JAVA_HOME", suitable.toString());
        assertThat(Path.of(mvnw().printed().strip())).isEqualTo(suitable);
    }

    @Test
    void a_distribution_with_a_wrong_checksum_is_rejected_and_removed() throws IOException {
        pin("0".repeat(64));
        var run = mvnw();
        assertThat(run.exit()).isOne();
        assertThat(run.err()).contains(MAVEN + "-bin.zip is not the file").contains("SHA-256");
        try (var left = Files.list(home.resolve(".m2/wrapper/dists"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void concurrent_first_runs_all_succeed() throws IOException {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = IntStream.range(0, 4)
                    .mapToObj(_ -> CompletableFuture.supplyAsync(() -> mvnw("-v"), executor))
                    .toList();
            assertThat(runs).allSatisfy(run -> assertThat(run.join().printed()).endsWith("|-v\n"));
        }
        try (var left = Files.list(home.resolve(".m2/wrapper/dists"))) {
            assertThat(left).containsExactly(dists());
        }
        assertThat(dists().resolve(MAVEN)).doesNotExist();
    }

    @Test
    void classes_compiled_by_development_mode_are_recompiled_by_the_next_other_run() throws IOException {
        var compiled = Files.createDirectories(project.resolve("target/maven-status"));
        assertThat(mvnw("-B", "quarkus:dev", "-Dx=y").printed()).endsWith("|-Dunchecked -B quarkus:dev -Dx=y\n");
        assertThat(compiled).exists();
        assertThat(mvnw("quarkus:dev").printed()).endsWith("|-Dunchecked quarkus:dev\n");
        assertThat(compiled).exists();
        assertThat(mvnw("verify").printed()).endsWith("|verify\n");
        assertThat(compiled).doesNotExist();
        Files.createDirectory(compiled);
        assertThat(mvnw("verify").printed()).endsWith("|verify\n");
        assertThat(compiled).exists();
    }

    private CommandResult mvnw(String... arguments) {
        var command = new String[arguments.length + 1];
        command[0] = project.resolve("mvnw").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return CommandResult.run(folder, environment, Duration.ofSeconds(30), command);
    }

    private Path dists() throws IOException {
        return home.resolve(".m2/wrapper/dists/" + MAVEN + "-" + sha256(zip));
    }

    private void pin(String checksum) throws IOException {
        var file = project.resolve(".mvn/wrapper/maven-wrapper.properties");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "distributionUrl=file:///nowhere/" + MAVEN + "-bin.zip\ndistributionSha256Sum=" + checksum + "\n");
    }

    private Path jdk(String name, String version) throws IOException {
        var jdk = Files.createDirectories(folder.resolve(name));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        executable(Files.createDirectories(jdk.resolve("bin")).resolve("javac"));
        return jdk;
    }

    private static Path executable(Path file) throws IOException {
        return Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
