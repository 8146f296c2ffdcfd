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

/** Which methods an address takes: 405 has to say so (RFC 9110, section 15.5.6), and the framework does not. */
@ApplicationScoped
class AllowedMethods {
    private final Map<Pattern, Set<String>> byPath;

    AllowedMethods(BeanManager beans) {
        byPath = beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .map(bean -> bean.getBeanClass())
                .filter(type -> type.isAnnotationPresent(Path.class))
                .distinct()
                .collect(Collectors.toMap(
                        type -> template(type.getAnnotation(Path.class).value()), AllowedMethods::of));
    }

    /** For the header {@code Allow}; empty when nothing stands at the path. */
    Set<String> allowed(String path) {
        var allowed = byPath.entrySet().stream()
                .filter(each -> each.getKey().matcher(path).matches())
                .flatMap(each -> each.getValue().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        if (allowed.contains("GET")) {
            allowed.add("HEAD"); // which the framework answers by itself
        }
        return allowed;
    }

    private static Pattern template(String path) {
        return Pattern.compile(path.replaceAll("\\{[^/]+}", "[^/]+") + "/?");
    }

    private static Set<String> of(Class<?> resource) {
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method -> Arrays.stream(method.getAnnotations()))
                .map(Annotation::annotationType)
                .flatMap(type -> Stream.ofNullable(type.getAnnotation(HttpMethod.class)))
                .map(HttpMethod::value)
                .collect(Collectors.toSet());
    }
}
