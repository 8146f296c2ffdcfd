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
 * A strict parser of YAML files with a single list: unknown content is rejected, with its line.
 *
 * @param listName the name of the list
 * @param entryName the name of one entry, for messages
 * @param isSecret whether messages must not quote the file
 */
public record StrictYamlList(String listName, String entryName, boolean isSecret) {
    /** YAML numbers lose leading zeros, so an unquoted id would be changed silently. */
    private static final Set<CoercionInputShape> NON_TEXT_SHAPES =
            Set.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean);

    private static final YAMLMapper YAML_MAPPER = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> NON_TEXT_SHAPES.forEach(shape -> text.setCoercion(shape, CoercionAction.Fail)))
            .build();

    /** An entry and the line that it starts on, for error messages. */
    public record Item<T>(int line, T value) {
        /** An error of this entry. */
        public InvalidConfigFileException invalid(String message) {
            return InvalidConfigFileException.atLine(line, message);
        }
    }

    /** Parses the file; fails with the line of the first error. */
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
                throw InvalidConfigFileException.atLine(lineNumber(parser), "unexpected content after " + listName);
            }
            return items;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw InvalidConfigFileException.atLine(line, isSecret ? "this is not valid YAML" : e.getOriginalMessage());
        } catch (IOException e) {
            throw new InvalidConfigFileException(
                    "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private <T> T parseEntry(int line, JsonNode node, Class<T> type) throws InvalidConfigFileException {
        if (!node.isObject()) {
            throw InvalidConfigFileException.atLine(
                    line, "an entry of " + listName + " must be a mapping of fields to values");
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
                    lineNumber(parser), "the file must be a single list named " + listName + " and nothing else");
        }
    }

    private static int lineNumber(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
