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
 * <p>The model classes keep what they do not know as additional properties, and turn a number into the text a field wants;
 * a server refuses both.
 */
final class Strictly {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final List<String> complaints = new ArrayList<>();

    private Strictly() {}

    static HasMetadata read(String document) {
        HasMetadata object = Serialization.unmarshal(document);
        var complaints = complaints(document, object);
        if (!complaints.isEmpty()) {
            throw new AssertionError(
                    object.getKind() + " " + object.getMetadata().getName() + ": " + complaints);
        }
        return object;
    }

    private static List<String> complaints(String document, HasMetadata object) {
        var strictly = new Strictly();
        try {
            strictly.unknown("", object);
            strictly.converted(
                    "", YAML.readTree(document), Serialization.jsonMapper().valueToTree(object));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
        return strictly.complaints;
    }

    private void unknown(String path, @Nullable Object value) throws ReflectiveOperationException {
        switch (value) {
            case null -> {}
            case Collection<?> many -> {
                var index = 0;
                for (var one : many) {
                    unknown(path + "[" + index++ + "]", one);
                }
            }
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    unknown(path + "." + entry.getKey(), entry.getValue());
                }
            }
            default -> {
                if (value.getClass().getPackageName().startsWith("io.fabric8.")) {
                    fieldsOf(path, value);
                }
            }
        }
    }

    private void fieldsOf(String path, Object value) throws ReflectiveOperationException {
        for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (var field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                field.setAccessible(true);
                if (!field.getName().equals("additionalProperties")) {
                    unknown(path + "." + field.getName(), field.get(value));
                } else if (field.get(value) instanceof Map<?, ?> extra) {
                    extra.keySet().forEach(name -> complaints.add("unknown field " + path + "." + name));
                }
            }
        }
    }

    private void converted(String path, JsonNode written, JsonNode understood) {
        if (written.isContainerNode()) {
            written.fieldNames()
                    .forEachRemaining(name -> converted(path + "." + name, written.get(name), understood.path(name)));
            for (var index = 0; written.isArray() && index < written.size(); index++) {
                converted(path + "[" + index + "]", written.get(index), understood.path(index));
            }
        } else if (written.isTextual() != understood.isTextual() && !understood.isMissingNode() && !written.isNull()) {
            complaints.add("wrong type " + path + ": " + written);
        }
    }
}
