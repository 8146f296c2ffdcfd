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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a grants file strictly: what it does not know, it refuses, and says on which line. */
final class GrantsReader {
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

    private final Set<String> issuers;

    GrantsReader(Set<String> issuers) {
        this.issuers = issuers;
    }

    /** The file cannot be used; the message says why and where. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }

    GrantList read(byte[] file) throws Broken {
        try (JsonParser parser = YAML.createParser(file)) {
            expect(parser, JsonToken.START_OBJECT, null);
            expect(parser, JsonToken.FIELD_NAME, "grants");
            expect(parser, JsonToken.START_ARRAY, null);
            List<Grant> grants = new ArrayList<>();
            Set<String> names = new HashSet<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = line(parser);
                Grant grant = grant(line, parser.readValueAsTree());
                if (!names.add(grant.name())) {
                    throw at(line, "another grant is named '" + grant.name() + "' already");
                }
                grants.add(grant);
            }
            expect(parser, JsonToken.END_OBJECT, null);
            if (parser.nextToken() != null) {
                throw at(line(parser), "the file goes on after its grants");
            }
            return new GrantList(List.copyOf(grants));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw at(line, e.getOriginalMessage());
        } catch (IOException e) {
            throw new Broken("cannot be read: " + e.getMessage());
        }
    }

    /** Mistakes in a grant are reported with the line it starts on. */
    private Grant grant(int line, JsonNode node) throws Broken {
        if (!node.isObject()) {
            throw at(line, "a grant has a name, an issuer and so on");
        }
        try {
            Grant grant = YAML.treeToValue(node, Grant.class);
            if (issuers.contains(grant.issuer())) {
                return grant;
            }
            throw at(line, "grant '" + grant.name() + "': issuer '" + grant.issuer() + "' is not configured");
        } catch (UnrecognizedPropertyException e) {
            throw at(line, "the grant has an unknown field '" + e.getPropertyName() + "'");
        } catch (ValueInstantiationException e) {
            throw at(
                    line,
                    String.valueOf(e.getCause() == null ? null : e.getCause().getMessage()));
        } catch (JsonProcessingException e) {
            throw at(line, "the grant has a value that is not text; put it in quotes");
        }
    }

    private static void expect(JsonParser parser, JsonToken token, @Nullable String name) throws IOException, Broken {
        if (parser.nextToken() != token || (name != null && !name.equals(parser.currentName()))) {
            throw at(line(parser), "the file is one list named grants, and nothing else");
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static Broken at(int line, String message) {
        return new Broken(line > 0 ? "line " + line + ": " + message : message);
    }
}
