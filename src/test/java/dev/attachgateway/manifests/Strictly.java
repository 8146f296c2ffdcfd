package dev.attachgateway.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one Kubernetes object as strictly as an API server with field validation would.
 *
 * <p>The model classes keep unknown fields as additional properties and convert numbers to text; an API server rejects both.
 */
final class Strictly {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final List<String> violations = new ArrayList<>();

    private Strictly() {}

    static HasMetadata read(String document) {
        HasMetadata object = Serialization.unmarshal(document);
        var violations = violations(document, object);
        if (!violations.isEmpty()) {
            throw new AssertionError(
                    object.getKind() + " " + object.getMetadata().getName() + ": " + violations);
        }
        return object;
    }

    private static List<String> violations(String document, HasMetadata object) {
        var reader = new Strictly();
        try {
            reader.checkUnknownFields("", object);
            reader.checkTypes(
                    "", YAML.readTree(document), Serialization.jsonMapper().valueToTree(object));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
        return reader.violations;
    }

    private void checkUnknownFields(String path, @Nullable Object value) throws ReflectiveOperationException {
        switch (value) {
            case null -> {}
            case Collection<?> many -> {
                var index = 0;
                for (var one : many) {
                    checkUnknownFields(path + "[" + index++ + "]", one);
                }
            }
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    checkUnknownFields(path + "." + entry.getKey(), entry.getValue());
                }
            }
            default -> {
                if (value.getClass().getPackageName().startsWith("io.fabric8.")) {
                    checkFieldsOf(path, value);
                }
            }
        }
    }

    private void checkFieldsOf(String path, Object value) throws ReflectiveOperationException {
        for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (var field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                field.setAccessible(true);
                if (!field.getName().equals("additionalProperties")) {
                    checkUnknownFields(path + "." + field.getName(), field.get(value));
                } else if (field.get(value) instanceof Map<?, ?> extra) {
                    extra.keySet().forEach(name -> violations.add("unknown field " + path + "." + name));
                }
            }
        }
    }

    private void checkTypes(String path, JsonNode written, JsonNode parsed) {
        if (written.isContainerNode()) {
            written.fieldNames()
                    .forEachRemaining(name -> checkTypes(path + "." + name, written.get(name), parsed.path(name)));
            for (var index = 0; written.isArray() && index < written.size(); index++) {
                checkTypes(path + "[" + index + "]", written.get(index), parsed.path(index));
            }
        } else if (written.isTextual() != parsed.isTextual() && !parsed.isMissingNode() && !written.isNull()) {
            violations.add("wrong type " + path + ": " + written);
        }
    }
}
