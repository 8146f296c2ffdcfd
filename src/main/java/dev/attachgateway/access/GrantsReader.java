package dev.attachgateway.access;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Reads a grants file strictly: what it does not know, it refuses, and says where. */
final class GrantsReader {
    /** An id that YAML takes for a number has lost its leading zeros by the time anybody sees it. */
    private static final Set<CoercionInputShape> NOT_TEXT =
            Set.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean);

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
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
        GrantList list;
        try {
            list = YAML.readValue(file, GrantList.class);
        } catch (JsonProcessingException e) {
            throw new Broken(line(e) + said(e));
        } catch (IOException e) {
            throw new Broken("cannot be read: " + e.getMessage());
        }
        if (list == null) {
            throw new Broken("is empty");
        }
        for (Grant grant : list.grants()) {
            if (!issuers.contains(grant.issuer())) {
                throw new Broken("grant '" + grant.name() + "': issuer '" + grant.issuer() + "' is not configured");
            }
        }
        return list;
    }

    private static String line(JsonProcessingException e) {
        return Optional.ofNullable(e.getLocation())
                .map(JsonLocation::getLineNr)
                .filter(line -> line > 0)
                .map(line -> "line " + line + ": ")
                .orElse("");
    }

    private static String said(JsonProcessingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown -> "unknown field '" + unknown.getPropertyName() + "'";
            case ValueInstantiationException invalid
            when invalid.getCause() instanceof IllegalArgumentException cause -> String.valueOf(cause.getMessage());
            default -> e.getOriginalMessage();
        };
    }
}
