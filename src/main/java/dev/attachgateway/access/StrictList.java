package dev.attachgateway.access;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a YAML file that is one list, strictly: what it does not know, it refuses, and says on which line.
 *
 * @param name of the list
 * @param entry what one of its entries is called
 * @param isSecret whether no message may quote the file
 */
record StrictList(String name, String entry, boolean isSecret) {
    /** An id that YAML takes for a number has lost its leading zeros by the time anybody sees it. */
    private static final Set<CoercionInputShape> NOT_TEXT =
            Set.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean);

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> NOT_TEXT.forEach(shape -> text.setCoercion(shape, CoercionAction.Fail)))
            .build();

    /** An entry and the line it starts on, which its mistakes are reported with. */
    record Item<T>(int line, T value) {
        BrokenFile broken(String message) {
            return BrokenFile.at(line, message);
        }
    }

    <T> List<Item<T>> read(byte[] file, Class<T> type) throws BrokenFile {
        try (JsonParser parser = YAML.createParser(file)) {
            expect(parser, JsonToken.START_OBJECT, null);
            expect(parser, JsonToken.FIELD_NAME, name);
            expect(parser, JsonToken.START_ARRAY, null);
            List<Item<T>> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = line(parser);
                items.add(new Item<>(line, value(line, parser.readValueAsTree(), type)));
            }
            expect(parser, JsonToken.END_OBJECT, null);
            if (parser.nextToken() != null) {
                throw BrokenFile.at(line(parser), "the file goes on after its " + name);
            }
            return items;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw BrokenFile.at(line, isSecret ? "this is no YAML" : e.getOriginalMessage());
        } catch (IOException e) {
            throw new BrokenFile("cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private <T> T value(int line, JsonNode node, Class<T> type) throws BrokenFile {
        if (!node.isObject()) {
            throw BrokenFile.at(line, "an entry of " + name + " is a list of fields with values");
        }
        try {
            return YAML.treeToValue(node, type);
        } catch (UnrecognizedPropertyException e) {
            throw BrokenFile.at(
                    line,
                    "the " + entry + " has an unknown field" + (isSecret ? "" : " '" + e.getPropertyName() + "'"));
        } catch (ValueInstantiationException e) {
            throw BrokenFile.at(
                    line,
                    String.valueOf(e.getCause() == null ? null : e.getCause().getMessage()));
        } catch (JsonProcessingException e) {
            throw BrokenFile.at(line, "the " + entry + " has a value that is not text; put it in quotes");
        }
    }

    private void expect(JsonParser parser, JsonToken token, @Nullable String field) throws IOException, BrokenFile {
        if (parser.nextToken() != token || (field != null && !field.equals(parser.currentName()))) {
            throw BrokenFile.at(line(parser), "the file is one list named " + name + ", and nothing else");
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
