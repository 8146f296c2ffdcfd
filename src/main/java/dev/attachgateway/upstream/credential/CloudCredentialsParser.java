package dev.attachgateway.upstream.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.attachgateway.signature.Signer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the YAML document that assigns each project a credential: an IAM user, an access key, or both. */
final class CloudCredentialsParser {
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private record Document(@Nullable List<Entry> credentials) {}

    private record Entry(
            @Nullable List<String> projects,
            @Nullable String user,
            @Nullable String password,
            @Nullable String domain,
            @Nullable String accessKey,
            @Nullable String secretKey) {}

    private CloudCredentialsParser() {}

    /**
     * Parses the document.
     *
     * @throws IllegalArgumentException if the document is invalid; the message contains the position, never the content
     */
    static Map<String, CloudCredential> parse(String yaml) {
        var byProject = new HashMap<String, CloudCredential>();
        for (var entry : parseEntries(yaml)) {
            var credential = toCredential(entry);
            if (entry.projects == null || entry.projects.isEmpty()) {
                throw new IllegalArgumentException(credential + " lists no projects");
            }
            for (var project : entry.projects) {
                if (byProject.put(project, credential) != null) {
                    throw new IllegalArgumentException("project " + project + " has two credentials");
                }
            }
        }
        return Map.copyOf(byProject);
    }

    private static CloudCredential toCredential(Entry entry) {
        var user = entry.user != null && entry.password != null && entry.domain != null
                ? new CloudCredential.IamUser(entry.user, entry.password, entry.domain)
                : null;
        var key = entry.accessKey != null && entry.secretKey != null
                ? new Signer(entry.accessKey, entry.secretKey)
                : null;
        var isIncompleteUser = user == null && (entry.user != null || entry.password != null || entry.domain != null);
        var isIncompleteKey = key == null && (entry.accessKey != null || entry.secretKey != null);
        if (isIncompleteUser || isIncompleteKey || (user == null && key == null)) {
            throw new IllegalArgumentException(
                    "each credential requires user, password and domain, or access_key and secret_key, or both");
        }
        return new CloudCredential(user, key);
    }

    private static List<Entry> parseEntries(String yaml) {
        try {
            var document = YAML.readValue(yaml, Document.class);
            if (document == null || document.credentials == null) {
                throw new IllegalArgumentException("the document has no list named credentials");
            }
            return document.credentials;
        } catch (JsonProcessingException e) {
            // The parser's own message quotes the document, which contains passwords.
            var location = e.getLocation();
            throw new IllegalArgumentException(
                    "not a credentials document" + (location == null ? "" : " at line " + location.getLineNr()) + ": "
                            + e.getClass().getSimpleName());
        }
    }
}
