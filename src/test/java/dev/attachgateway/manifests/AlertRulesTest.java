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

/** An alert that names a metric nobody exposes never rings, and one without a page tells nobody what to do. */
@QuarkusTest
@TestProfile(ReconciliationProfile.class)
@WithTestResource(PostgresForTests.class)
class AlertRulesTest {
    /** A gauge is there once the bean that it belongs to has done its work for the first time. */
    private static final Duration EXPOSED_WITHIN = Duration.ofSeconds(60);

    private static final Set<String> LANGUAGE = Set.of("max", "sum", "by", "rate", "increase", "histogram_quantile");

    /** What is no name of a metric: the labels of {@code by}, spans and numbers. */
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
                .filter(found -> !LANGUAGE.contains(found.group(1)))
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
    void every_series_that_a_rule_selects_is_exposed_by_a_running_gateway() throws IOException {
        for (var rule : rules()) {
            assertThat(selectors(rule)).as(rule.getAlert()).isNotEmpty();
            for (var selector : selectors(rule)) {
                Awaitility.await(rule.getAlert() + " needs " + selector.group())
                        .atMost(EXPOSED_WITHIN)
                        .untilAsserted(() -> assertThat(exposed()).anyMatch(line -> isOf(selector, line)));
            }
        }
    }

    private static boolean isOf(MatchResult selector, String line) {
        var labels = selector.group(2) == null
                ? Stream.<String>of()
                : Stream.of(selector.group(2).split(","));
        return line.matches(Pattern.quote(selector.group(1)) + "[{ ].*") && labels.allMatch(line::contains);
    }

    @Test
    void whatever_a_rule_groups_by_is_a_label_of_its_series() throws IOException {
        for (var rule : rules()) {
            var name = selectors(rule).getFirst().group(1);
            var line = Awaitility.await(rule.getAlert() + " needs " + name)
                    .atMost(EXPOSED_WITHIN)
                    .until(
                            () -> exposed().stream()
                                    .filter(each -> each.startsWith(name))
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            assertThat(GROUPED.matcher(rule.getExpr().getStrVal())
                            .results()
                            .flatMap(found -> Stream.of(found.group(1).split(", "))))
                    .as(rule.getAlert())
                    // The namespace is what Prometheus adds.
                    .allMatch(label -> label.equals("namespace") || line.contains(label + "=\""));
        }
    }

    @Test
    void every_rule_says_what_is_wrong_and_leads_to_the_section_that_explains_it() throws IOException {
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

    /** As GitHub and GitLab make it from a heading. */
    private static String anchor(String heading) {
        return heading.replaceFirst("#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w -]", "")
                .replace(' ', '-');
    }

    @Test
    void there_is_a_rule_for_each_thing_that_somebody_has_to_know() throws IOException {
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
