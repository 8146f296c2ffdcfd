package dev.attachgateway;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Each package imports what its row names and nothing else; a row names only what its package imports. */
@AnalyzeClasses(packages = "dev.attachgateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String BASE = "dev.attachgateway.";

    /**
     * A class in a package, and the class it depends on; the second package is missing where that class is not the
     * project's.
     */
    private static final Pattern DEPENDENCY = Pattern.compile(
            "^ +dev\\.attachgateway\\.([a-z.]+)\\.[A-Z]\\S* +-> (?:dev\\.attachgateway\\.([a-z.]+)\\.[A-Z])?",
            Pattern.MULTILINE);

    /** Resources, routes and filters, and the classes that authenticate requests or read and write their parts. */
    private static final Pattern EDGE = Pattern.compile(".*(Resource|Routes|Filter|HttpSupport|Authentication)"
            + "|AuthenticationMechanism|Authenticator|CallerRateLimiter|ClientAddressResolver|FailedAuthenticationLimiter"
            + "|OidcTenantResolver|ProblemExceptionMapper|RequestBodyReader|RequestId|RequestRateLimiter|RequestSignature"
            + "|ReturnUrl|ServerSockets|SseResponseHead");

    /** Bottom up: a package can import only packages of rows above its own, so there are no cycles. */
    private static final String ALLOWED = """
            problem.type ->
            configfile ->
            database -> problem.type
            disk -> problem.type
            sandbox.http ->
            schedule ->
            signature ->
            storage ->
            access.authentication -> database problem.type signature
            audit.seal -> database schedule
            request -> disk problem.type
            sandbox.state -> sandbox.http
            upstream.http -> database signature
            access.accesskey -> access.authentication configfile problem.type request signature
            access.browser -> problem.type request
            access.oidc -> access.authentication signature
            access.policy -> access.authentication configfile problem.type
            audit.command -> audit.seal
            sandbox.fault -> sandbox.http sandbox.state
            upstream.credential -> problem.type signature upstream.http
            access.audit -> access.authentication access.policy database request
            sandbox.cloud -> sandbox.fault sandbox.http sandbox.state
            stream.eventlog -> access.policy database problem.type
            upstream.resilience -> upstream.credential upstream.http
            access.ratelimit -> access.audit access.authentication problem.type request
            sandbox.oidc -> sandbox.cloud sandbox.http sandbox.state
            stream.sse -> stream.eventlog
            upstream -> database disk signature upstream.credential upstream.http upstream.resilience
            access.session -> access.authentication access.browser access.oidc access.ratelimit configfile database
                problem.type request schedule
            operation.model -> access.authentication access.policy database disk problem.type request upstream
                upstream.http
            sandbox -> sandbox.cloud sandbox.fault sandbox.http sandbox.oidc sandbox.state
            stream.channel -> stream.eventlog stream.sse
            stream.tail -> database stream.eventlog stream.sse
            access -> access.accesskey access.audit access.authentication access.policy access.ratelimit access.session
                disk problem.type request
            access.ticket -> access.accesskey access.authentication access.browser access.session database problem.type
                schedule
            operation.store -> access.audit access.authentication database disk operation.model problem.type
                stream.eventlog stream.tail
            inventory -> access access.authentication access.policy disk problem.type request upstream upstream.http
                upstream.resilience
            operation.maintenance -> access.accesskey database operation.model operation.store schedule stream.eventlog
            operation.precondition -> access access.authentication access.policy database disk operation.model
                operation.store problem.type request upstream
            stream.subscription -> access access.authentication database problem.type schedule stream.channel
                stream.eventlog stream.sse stream.tail
            operation.recovery -> access.audit database disk operation.model operation.precondition operation.store
                schedule stream.eventlog stream.tail upstream
            operation.execution -> disk operation.model operation.precondition operation.recovery operation.store
                problem.type stream.tail upstream upstream.credential upstream.http upstream.resilience
            operation.intervention -> access access.audit access.authentication access.policy database
                operation.execution operation.model operation.store problem.type schedule stream.tail upstream.http
                upstream.resilience
            operation.reservation -> access.audit access.authentication database disk operation.execution
                operation.model operation.precondition operation.store problem.type request stream.tail upstream.http
            attach -> access access.audit access.authentication access.policy disk operation.model operation.reservation
                operation.store problem.type request upstream.credential upstream.resilience
            operation.api -> access access.authentication access.browser access.policy access.ticket database disk
                operation.intervention operation.model operation.store request stream.eventlog stream.sse
                stream.subscription
            operator -> access access.audit access.policy disk operation.intervention operation.maintenance
                operation.model operation.store request upstream.http upstream.resilience
            problem -> access.accesskey access.session disk problem.type request
            """;

    @ArchTest
    static void a_package_imports_exactly_what_its_row_names(JavaClasses classes) {
        assertThat(imports()).isEqualTo(new TreeMap<>(rows()));
    }

    @ArchTest
    static void a_row_names_only_packages_of_the_rows_above_it(JavaClasses classes) {
        var above = new TreeSet<String>();
        rows().forEach((name, imported) -> {
            assertThat(above).as(name).containsAll(imported);
            above.add(name);
        });
    }

    @ArchTest
    static void a_package_has_at_most_16_classes(JavaClasses classes) {
        var sizes = topLevel(classes).collect(groupingBy(JavaClass::getPackageName, counting()));
        assertThat(sizes).allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(16));
    }

    /** Two classes of the same simple name could be distinguished by their packages only. */
    @ArchTest
    static void a_simple_class_name_exists_once(JavaClasses classes) {
        assertThat(topLevel(classes).map(JavaClass::getSimpleName)).doesNotHaveDuplicates();
    }

    @ArchTest
    static final ArchRule disk_and_signature_depend_on_no_framework = noClasses()
            .that()
            .resideInAnyPackage(BASE + "disk..", BASE + "signature..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "java..",
                    "javax.crypto..",
                    BASE + "disk..",
                    BASE + "signature..",
                    BASE + "problem.type..",
                    "org.jspecify..");

    /** Use cases take records, so that they run and are tested without a request. */
    @ArchTest
    static final ArchRule only_the_edge_knows_the_HTTP_exchange = noClasses()
            .that(describe("are not of the edge", type -> !isOfTheEdge(type)))
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.vertx.ext.web.RoutingContext");

    private static boolean isOfTheEdge(JavaClass type) {
        var topLevel = type.getName().replaceFirst("\\$.*", "");
        return topLevel.startsWith(BASE + "sandbox.")
                || EDGE.matcher(topLevel.substring(topLevel.lastIndexOf('.') + 1))
                        .matches();
    }

    private static Stream<JavaClass> topLevel(JavaClasses classes) {
        return classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"));
    }

    /** Found by jdeps, which sees the classes of pattern switches as well, unlike ArchUnit. */
    private static Map<String, Set<String>> imports() {
        var found = new StringWriter();
        ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(found),
                        new PrintWriter(new StringWriter()),
                        "-verbose:class",
                        "--ignore-missing-deps",
                        "target/classes");
        var imports = new TreeMap<String, Set<String>>();
        for (var match : DEPENDENCY.matcher(found.toString()).results().toList()) {
            var imported = imports.computeIfAbsent(match.group(1), _ -> new TreeSet<>());
            if (match.group(2) != null && !match.group(2).equals(match.group(1))) {
                imported.add(match.group(2));
            }
        }
        return imports;
    }

    private static Map<String, Set<String>> rows() {
        var rows = new LinkedHashMap<String, Set<String>>();
        ALLOWED.replaceAll("\\n +", " ").lines().forEach(row -> {
            var name = row.substring(0, row.indexOf(" ->"));
            var imported = row.substring(row.indexOf("->") + "->".length()).trim();
            rows.put(name, imported.isEmpty() ? Set.of() : new TreeSet<>(List.of(imported.split(" "))));
        });
        return rows;
    }
}
