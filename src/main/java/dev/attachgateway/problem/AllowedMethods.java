package dev.attachgateway.problem;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The methods that a path supports: a 405 has to list them (RFC 9110, section 15.5.6), and the framework does not. */
@ApplicationScoped
class AllowedMethods {
    private final Map<Pattern, Set<String>> byPath;

    AllowedMethods(BeanManager beans) {
        byPath = beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .map(bean -> bean.getBeanClass())
                .filter(type -> type.isAnnotationPresent(Path.class))
                .distinct()
                .collect(Collectors.toMap(
                        type -> toPattern(type.getAnnotation(Path.class).value()), AllowedMethods::declaredMethods));
    }

    /** The methods for the header {@code Allow}; empty when no resource has the path. */
    Set<String> forPath(String path) {
        var allowed = byPath.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(path).matches())
                .flatMap(entry -> entry.getValue().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        if (allowed.contains("GET")) {
            allowed.add("HEAD"); // implemented by the framework
        }
        return allowed;
    }

    private static Pattern toPattern(String path) {
        return Pattern.compile(path.replaceAll("\\{[^/]+}", "[^/]+") + "/?");
    }

    private static Set<String> declaredMethods(Class<?> resource) {
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method -> Arrays.stream(method.getAnnotations()))
                .map(Annotation::annotationType)
                .flatMap(type -> Stream.ofNullable(type.getAnnotation(HttpMethod.class)))
                .map(HttpMethod::value)
                .collect(Collectors.toSet());
    }
}
