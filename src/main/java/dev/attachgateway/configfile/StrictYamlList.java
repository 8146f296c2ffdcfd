package dev.attachgateway.configfile;

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
 * @param listName of the list
 * @param entryName what one of its entries is called
 * @param isSecret whether no message may quote the file
 */
public record StrictYamlList(String listName, String entryName, boolean isSecret) {
    /** An id that YAML takes for a number has lost its leading zeros by the time anybody sees it. */
    private static final Set<CoercionInputShape> NON_TEXT_SHAPES =
            Set.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean);

    private static final YAMLMapper YAML_MAPPER = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> NON_TEXT_SHAPES.forEach(shape -> text.setCoercion(shape, CoercionAction.Fail)))
            .build();

    /** An entry and the line it starts on, which its mistakes are reported with. */
    public record Item<T>(int line, T value) {
        public InvalidConfigFileException invalid(String message) {
            return InvalidConfigFileException.atLine(line, message);
        }
    }

    public <T> List<Item<T>> read(byte[] file, Class<T> type) throws InvalidConfigFileException {
        try (JsonParser parser = YAML_MAPPER.createParser(file)) {
            expectToken(parser, JsonToken.START_OBJECT, null);
            expectToken(parser, JsonToken.FIELD_NAME, listName);
            expectToken(parser, JsonToken.START_ARRAY, null);
            List<Item<T>> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = lineNumber(parser);
                items.add(new Item<>(line, parseEntry(line, parser.readValueAsTree(), type)));
            }
            expectToken(parser, JsonToken.END_OBJECT, null);
            if (parser.nextToken() != null) {
                throw InvalidConfigFileException.atLine(lineNumber(parser), "the file goes on after its " + listName);
            }
            return items;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw InvalidConfigFileException.atLine(line, isSecret ? "this is no YAML" : e.getOriginalMessage());
        } catch (IOException e) {
            throw new InvalidConfigFileException(
                    "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private <T> T parseEntry(int line, JsonNode node, Class<T> type) throws InvalidConfigFileException {
        if (!node.isObject()) {
            throw InvalidConfigFileException.atLine(
                    line, "an entry of " + listName + " is a list of fields with values");
        }
        try {
            return YAML_MAPPER.treeToValue(node, type);
        } catch (UnrecognizedPropertyException e) {
            throw InvalidConfigFileException.atLine(
                    line,
                    "the " + entryName + " has an unknown field" + (isSecret ? "" : " '" + e.getPropertyName() + "'"));
        } catch (ValueInstantiationException e) {
            throw InvalidConfigFileException.atLine(
                    line,
                    String.valueOf(e.getCause() == null ? null : e.getCause().getMessage()));
        } catch (JsonProcessingException e) {
            throw InvalidConfigFileException.atLine(
                    line, "the " + entryName + " has a value that is not text; put it in quotes");
        }
    }

    private void expectToken(JsonParser parser, JsonToken token, @Nullable String field)
            throws IOException, InvalidConfigFileException {
        if (parser.nextToken() != token || (field != null && !field.equals(parser.currentName()))) {
            throw InvalidConfigFileException.atLine(
                    lineNumber(parser), "the file is one list named " + listName + ", and nothing else");
        }
    }

    private static int lineNumber(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
