package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code docs/configuration.md} has one row for each key, made of the configuration interfaces and their Javadoc. With {@code
 * -Dwrite.docs} the page is written instead of compared.
 */
@AnalyzeClasses(packages = "dev.attachgateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final String BEGIN =
            "<!-- made of the configuration interfaces: ./mvnw test -Dtest=ConfigurationPageTest"
                    + " -Dwrite.docs writes it -->\n";
    private static final String SANDBOX_BUILDS = "%dev,test,sandbox.";

    /** One key; limits are empty where any value of the type is taken. */
    private record Key(String name, String type, String defaultValue, String limits, String meaning) {
        String row(Map<String, String> sandboxDefaults) {
            var sandbox = sandboxDefaults.get(name);
            var shown = sandbox == null
                    ? defaultValue
                    : defaultValue
                            + (sandbox.length() > 40 || sandbox.contains("$")
                                    ? "; sandbox builds: bundled"
                                    : "; sandbox builds: `" + sandbox + "`");
            return "| `%s` | `%s` | %s | %s | %s | %s |\n"
                    .formatted(name, environmentVariable(name), type, shown, limits, meaning);
        }
    }

    private record Documentation(String meaning, String limits) {}

    private static final Documentation UNDOCUMENTED = new Documentation("", "");

    @ArchTest
    static void the_page_has_a_row_for_each_key(JavaClasses classes) throws IOException {
        var documentation = documentation();
        var keys = new ArrayList<Key>();
        for (var type : classes) {
            if (type.isAnnotatedWith(ConfigMapping.class)) {
                var mapping = type.reflect();
                add(
                        keys,
                        documentation,
                        mapping,
                        mapping.getAnnotation(ConfigMapping.class).prefix());
            }
        }
        var sections = new TreeMap<String, List<Key>>();
        keys.forEach(key -> sections.computeIfAbsent(
                        key.name().substring(0, key.name().indexOf('.')), any -> new ArrayList<>())
                .add(key));
        var defaults = sandboxDefaults();
        var made = new StringBuilder(BEGIN);
        sections.forEach((section, rows) -> {
            made.append("\n## ")
                    .append(section)
                    .append("\n\n| key | environment variable | type | default | limits | meaning |\n")
                    .append("|---|---|---|---|---|---|\n");
            rows.stream().sorted(Comparator.comparing(Key::name)).forEach(key -> made.append(key.row(defaults)));
        });
        var page = Files.readString(PAGE);
        var head = page.substring(0, page.indexOf(BEGIN));
        if (System.getProperty("write.docs") != null) {
            Files.writeString(PAGE, head + made);
        }
        assertThat(Files.readString(PAGE))
                .as("./mvnw test -Dtest=ConfigurationPageTest -Dwrite.docs writes it")
                .isEqualTo(head + made);
        assertThat(keys)
                .allSatisfy(key -> assertThat(key.meaning()).as(key.name()).endsWith("."));
    }

    private static void add(List<Key> keys, Map<String, Documentation> documentation, Class<?> type, String prefix) {
        for (var method : type.getDeclaredMethods()) {
            if (method.isDefault() || method.isSynthetic()) {
                continue;
            }
            var name = prefix + "." + name(method);
            var returned = method.getGenericReturnType();
            if (returned instanceof ParameterizedType map && map.getRawType() == Map.class) {
                add(keys, documentation, (Class<?>) map.getActualTypeArguments()[1], name + ".<name>");
            } else if (returned instanceof Class<?> group
                    && group.isInterface()
                    && !Collection.class.isAssignableFrom(group)) {
                add(keys, documentation, group, name);
            } else {
                var text = documentation.getOrDefault(type.getName() + "#" + method.getName(), UNDOCUMENTED);
                keys.add(new Key(name, type(returned), defaultValue(method), text.limits(), text.meaning()));
            }
        }
    }

    private static String name(Method method) {
        var given = method.getAnnotation(WithName.class);
        return given != null
                ? given.value()
                : method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String defaultValue(Method method) {
        var given = method.getAnnotation(WithDefault.class);
        if (given != null) {
            return "`" + given.value() + "`";
        }
        return method.getReturnType() == Optional.class ? "none" : "required";
    }

    private static String type(Type type) {
        if (type instanceof ParameterizedType generic) {
            var of = type(generic.getActualTypeArguments()[0]);
            return generic.getRawType() == Optional.class ? of : "list of " + of;
        }
        var plain = (Class<?>) type;
        if (plain.isEnum()) {
            return Arrays.stream(plain.getEnumConstants())
                    .map(each -> "`"
                            + ((Enum<?>) each).name().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
                    .collect(Collectors.joining(", "));
        }
        return Map.<Class<?>, String>of(
                        int.class, "whole number",
                        long.class, "whole number",
                        double.class, "number",
                        boolean.class, "`true` or `false`",
                        Duration.class, "duration",
                        String.class, "text",
                        Path.class, "path")
                .getOrDefault(plain, plain.getSimpleName());
    }

    private static String environmentVariable(String key) {
        return key.replaceAll("[^A-Za-z0-9<>]", "_").toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> sandboxDefaults() throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("src", "main", "resources", "application.properties"))) {
            properties.load(reader);
        }
        return properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith(SANDBOX_BUILDS))
                .collect(Collectors.toMap(
                        name -> name.substring(SANDBOX_BUILDS.length())
                                .replace("access.issuers.sandbox.", "access.issuers.<name>."),
                        properties::getProperty));
    }

    /** The Javadoc of each method of an interface: its sentences, and the limits that {@code @return} names. */
    private static Map<String, Documentation> documentation() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var all = new HashMap<String, Documentation>();
        try (var files = compiler.getStandardFileManager(null, null, null);
                var sources = Files.walk(SOURCES)) {
            var task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    null,
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjectsFromPaths(
                            sources.filter(file -> file.toString().endsWith("Config.java"))
                                    .toList()));
            var trees = DocTrees.instance(task);
            for (var unit : task.parse()) {
                new TreePathScanner<@Nullable Void, String>() {
                    @Override
                    public @Nullable Void visitClass(ClassTree type, String outer) {
                        return super.visitClass(type, outer + type.getSimpleName() + "$");
                    }

                    @Override
                    public @Nullable Void visitMethod(MethodTree method, String outer) {
                        var comment = trees.getDocComment(getCurrentPath());
                        if (comment != null) {
                            all.put(outer.substring(0, outer.length() - 1) + "#" + method.getName(), parse(comment));
                        }
                        return null;
                    }
                }.scan(unit, unit.getPackageName() + ".");
            }
        }
        return all;
    }

    private static Documentation parse(String comment) {
        var text = comment.replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link #?([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ")
                .strip();
        var limits = text.indexOf("@return ");
        return limits < 0
                ? new Documentation(text, "")
                : new Documentation(text.substring(0, limits).strip(), text.substring(limits + "@return ".length()));
    }
}
