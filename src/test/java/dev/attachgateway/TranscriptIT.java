package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.MachineRequirements;
import dev.attachgateway.testkit.RunningGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's transcript shows the actual output of its commands. */
class TranscriptIT {
    private static final String DOCUMENTED_URL = "http://localhost:8080";
    private static final String BLOCK_SEPARATOR = "== next block ==";
    private static final Pattern BLOCK = Pattern.compile("```(sh|text)\n(.*?)```", Pattern.DOTALL);

    /** Values that differ from run to run: generated ids, times, and retry times. */
    private static final Pattern VARIABLE_VALUES =
            Pattern.compile("(?<=\"(?:operation_id|request_id|created_at|updated_at|at)\":\")[^\"]*"
                    + "|(?<=id: )[0-9a-f]{8}-[0-9]+(?:-[0-9a-f]{8})?|(?<=retry: )[0-9]+");

    @Test
    void the_readme_commands_print_the_documented_output(@TempDir Path folder) throws Exception {
        MachineRequirements.command("curl");
        var section = section();
        try (var gateway = RunningGateway.start(folder, Map.of())) {
            var documented = expected(section);
            var actual = run(section, gateway.url());

            assertThat(actual).isEqualTo(documented);
        }
    }

    private static String section() throws IOException {
        var page = Files.readString(Path.of("README.md"));
        var begin = page.indexOf("## Attach a disk");
        return page.substring(begin, page.indexOf("\n## ", begin + 1));
    }

    /** The documented output of each command block; empty for a block without output. */
    private static List<String> expected(String section) {
        var outputs = new ArrayList<String>();
        BLOCK.matcher(section).results().forEach(block -> {
            if (block.group(1).equals("sh")) {
                outputs.add("");
            } else {
                outputs.set(outputs.size() - 1, masked(block.group(2)));
            }
        });
        return outputs;
    }

    private static List<String> run(String section, String url) throws Exception {
        var script = new StringBuilder();
        BLOCK.matcher(section)
                .results()
                .filter(block -> block.group(1).equals("sh"))
                .forEach(block -> script.append(block.group(2).replace(DOCUMENTED_URL, url))
                        .append("echo '" + BLOCK_SEPARATOR + "'\n"));
        var shell = new ProcessBuilder("sh").redirectErrorStream(true).start();
        shell.getOutputStream().write(script.toString().getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        var output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var blocks = new ArrayList<>(List.of(output.split(BLOCK_SEPARATOR + "\n", -1)));
        blocks.removeLast();
        return blocks.stream().map(TranscriptIT::masked).toList();
    }

    private static String masked(String text) {
        return VARIABLE_VALUES.matcher(text).replaceAll("…").strip();
    }
}
