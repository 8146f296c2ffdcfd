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

/** What the first page shows is what happens. */
class TranscriptIT {
    private static final String ADDRESS = "http://localhost:8080";
    private static final String MARK = "== next block ==";
    private static final Pattern BLOCK = Pattern.compile("```(sh|text)\n(.*?)```", Pattern.DOTALL);

    /** What differs from run to run: ids that are made anew, times, and how long a client is told to wait. */
    private static final Pattern VARIES =
            Pattern.compile("(?<=\"(?:operation_id|request_id|created_at|updated_at|at)\":\")[^\"]*"
                    + "|(?<=id: )[0-9a-f]{8}-[0-9]+(?:-[0-9a-f]{8})?|(?<=retry: )[0-9]+");

    @Test
    void the_transcript_of_the_first_page_pasted_line_by_line(@TempDir Path folder) throws Exception {
        MachineRequirements.command("curl");
        var section = section();
        try (var gateway = RunningGateway.start(folder, Map.of())) {
            var shown = expected(section);
            var happened = run(section, gateway.url());

            assertThat(happened).hasSameSizeAs(shown);
            for (var i = 0; i < shown.size(); i++) {
                if (shown.get(i).contains("retry:")) {
                    sameStory(happened.get(i), shown.get(i));
                } else {
                    assertThat(happened.get(i)).isEqualTo(shown.get(i));
                }
            }
        }
    }

    /** A poll may catch more or fewer of the states in between; the beginning, the frames and the end are the same. */
    private static void sameStory(String happened, String shown) {
        var lines = shown.lines().toList();
        assertThat(happened.lines()).isSubsetOf(lines).startsWith(lines.getFirst());
        assertThat(happened.strip().lines().toList().getLast()).contains("\"operation_status\":\"success\"");
    }

    private static String section() throws IOException {
        var page = Files.readString(Path.of("README.md"));
        var begin = page.indexOf("## A disk, attached");
        return page.substring(begin, page.indexOf("\n## ", begin + 1));
    }

    /** What stands under each command block; empty under one that says nothing. */
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
                .forEach(block ->
                        script.append(block.group(2).replace(ADDRESS, url)).append("echo '" + MARK + "'\n"));
        var shell = new ProcessBuilder("sh").redirectErrorStream(true).start();
        shell.getOutputStream().write(script.toString().getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        var output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var blocks = new ArrayList<>(List.of(output.split(MARK + "\n", -1)));
        blocks.removeLast();
        return blocks.stream().map(TranscriptIT::masked).toList();
    }

    private static String masked(String text) {
        return VARIES.matcher(text).replaceAll("…").strip();
    }
}
