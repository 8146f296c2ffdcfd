package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that replaces a container engine executes small Dockerfiles as Docker would, and rejects all others. */
class DockerfileStagesTest {

    @TempDir
    Path folder;

    private Path project;

    @BeforeEach
    void createProject() throws IOException {
        project = folder.resolve("a project");
        var docker = Files.createDirectories(project.resolve("src/main/docker"));
        Files.copy(
                Path.of("src/main/docker/run-stages"),
                docker.resolve("run-stages"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(project.resolve(".dockerignore"), "*\n!let-in\n!src/main/\nsrc/main/docker/\n");
        Files.writeString(project.resolve("let-in"), "in");
        Files.writeString(project.resolve("kept-out"), "out");
    }

    @Test
    void copy_run_env_and_entrypoint_are_executed() throws IOException {
        var run = stages("""
                # a comment
                FROM some:image AS build
                WORKDIR /build
                COPY let-in ./
                ARG GREETING=hello
                RUN mkdir made && echo "$GREETING $(cat let-in)" > made/file
                FROM other
                WORKDIR /app
                COPY --from=build /build/made/ lib/
                ENV NAME=value
                USER 1:1
                EXPOSE 1
                ENTRYPOINT ["sh", "-c", \\
                    "cat lib/file; echo $NAME $0", "a b"]
                """, "--build-arg", "GREETING=good day", "--run");
        assertThat(run.printed()).endsWith("good day in\nvalue a b\n");
        assertThat(folder.resolve("stages/context/src/main/docker")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROM a\nCOPY kept-out ./",
                "FROM a\nADD let-in ./",
                "FROM a\nRUN cat /etc/hostname",
                "FROM a\nRUN exit 3",
                "FROM a\nRUN --mount=type=cache,target=x true",
                "FROM a\nCOPY --chown=1 let-in ./",
                "FROM a\nCOPY let-* ./",
                "FROM a\nCOPY --from=nobody let-in ./",
                "FROM a\nENTRYPOINT java -jar x",
                "FROM a\nENV A=1 B=2",
                "RUN true",
            })
    void invalid_and_unsupported_instructions_are_errors(String dockerfile) throws IOException {
        var run = stages(dockerfile);
        assertThat(run.exit()).isOne();
        assertThat(run.err()).startsWith("run-stages: ");
    }

    private CommandResult stages(String dockerfile, String... arguments) throws IOException {
        Files.writeString(project.resolve("src/main/docker/Dockerfile"), dockerfile);
        var command = new String[arguments.length + 2];
        command[0] = project.resolve("src/main/docker/run-stages").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        command[command.length - 1] = folder.resolve("stages").toString();
        return CommandResult.run(folder, Map.of(), Duration.ofSeconds(30), command);
    }
}
