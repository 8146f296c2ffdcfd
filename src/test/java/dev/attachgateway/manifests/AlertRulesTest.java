package dev.attachgateway.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.ReconciliationProfile;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Every alert rule uses metrics and labels that the gateway exposes, and links to a runbook section. */
@QuarkusTest
@TestProfile(ReconciliationProfile.class)
@WithTestResource(PostgresForTests.class)
class AlertRulesTest {
    /** Some gauges appear only after the first run of their bean. */
    private static final Duration EXPOSED_TIMEOUT = Duration.ofSeconds(60);

    private static final Set<String> PROMQL_KEYWORDS =
            Set.of("max", "sum", "by", "rate", "increase", "histogram_quantile");

    /** Parts of an expression that are no metric names: the labels of {@code by}, ranges and numbers. */
    private static final Pattern NO_METRICS = Pattern.compile("by \\([^)]*\\)|\\[[^]]*]|(?<![\\w:])\\d+");

    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{([^}]*)})?");
    private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");

    private static List<Rule> rules() throws IOException {
        var object = Strictly.read(Files.readString(Path.of("k8s/overlays/prod/alerts.yaml")));
        return ((PrometheusRule) object)
                .getSpec().getGroups().stream()
                        .flatMap(group -> group.getRules().stream())
                        .toList();
    }

    private static List<MatchResult> selectors(Rule rule) {
        var expression = NO_METRICS.matcher(rule.getExpr().getStrVal()).replaceAll("");
        return SELECTOR.matcher(expression)
                .results()
                .filter(found -> !PROMQL_KEYWORDS.contains(found.group(1)))
                .toList();
    }

    private static List<String> exposed() {
        var port = ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class);
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/q/metrics"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body().lines().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void every_series_of_a_rule_is_exposed() throws IOException {
        for (var rule : rules()) {
            assertThat(selectors(rule)).as(rule.getAlert()).isNotEmpty();
            for (var selector : selectors(rule)) {
                Awaitility.await(rule.getAlert() + " needs " + selector.group())
                        .atMost(EXPOSED_TIMEOUT)
                        .untilAsserted(() -> assertThat(exposed()).anyMatch(line -> matches(selector, line)));
            }
        }
    }

    private static boolean matches(MatchResult selector, String line) {
        var labels = selector.group(2) == null
                ? Stream.<String>of()
                : Stream.of(selector.group(2).split(","));
        return line.matches(Pattern.quote(selector.group(1)) + "[{ ].*") && labels.allMatch(line::contains);
    }

    @Test
    void every_grouping_label_of_a_rule_is_a_label_of_its_series() throws IOException {
        for (var rule : rules()) {
            var name = selectors(rule).getFirst().group(1);
            var line = Awaitility.await(rule.getAlert() + " needs " + name)
                    .atMost(EXPOSED_TIMEOUT)
                    .until(
                            () -> exposed().stream()
                                    .filter(series -> series.startsWith(name))
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            assertThat(GROUPED.matcher(rule.getExpr().getStrVal())
                            .results()
                            .flatMap(found -> Stream.of(found.group(1).split(", "))))
                    .as(rule.getAlert())
                    // Prometheus adds the namespace.
                    .allMatch(label -> label.equals("namespace") || line.contains(label + "=\""));
        }
    }

    @Test
    void every_rule_has_a_summary_a_severity_and_an_existing_runbook_section() throws IOException {
        var anchors = Files.readAllLines(Path.of("docs/failures.md")).stream()
                .filter(line -> line.matches("#+ .*"))
                .map(AlertRulesTest::anchor)
                .toList();
        for (var rule : rules()) {
            assertThat(rule.getAnnotations().get("summary")).as(rule.getAlert()).endsWith(".");
            assertThat(rule.getLabels()).containsKey("severity");
            var page = String.valueOf(rule.getAnnotations().get("runbook_url")).split("#", 2);
            assertThat(page[0]).isEqualTo("docs/failures.md");
            assertThat(anchors).contains(page[1]);
        }
    }

    /** The anchor of a heading, as GitHub and GitLab generate it. */
    private static String anchor(String heading) {
        return heading.replaceFirst("#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w -]", "")
                .replace(' ', '-');
    }

    @Test
    void the_list_of_alerts_is_complete() throws IOException {
        assertThat(rules().stream().map(Rule::getAlert).toList())
                .containsExactly(
                        "AttachGatewayUnsettled",
                        "AttachGatewayStuck",
                        "AttachGatewayDrift",
                        "AttachGatewayRetryBudgetEmpty",
                        "AttachGatewayBreakerOpen",
                        "AttachGatewayLeaseTakeovers",
                        "AttachGatewayCredentialBlocked",
                        "AttachGatewayStreamsBehind",
                        "AttachGatewayStreamsLate",
                        "AttachGatewayReadersCutOff",
                        "AttachGatewayAuditUnsealed");
    }
}
