package dev.attachgateway.upstream.http;

import dev.attachgateway.signature.Signer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the cloud without its credential.
 *
 * @param sendDeadline no byte of the request is sent after this
 */
public record CloudRequest(
        CloudService service,
        String projectId,
        HttpMethod method,
        String url,
        @Nullable Buffer body,
        Deadline sendDeadline) {

    /** A GET request without a send deadline. */
    public static CloudRequest get(CloudService service, String projectId, String url) {
        return new CloudRequest(service, projectId, HttpMethod.GET, url, null, Deadline.none());
    }

    /** Sends the request once; fails like {@link HttpTransport#exchange}. */
    public Uni<CloudResponse> send(HttpTransport httpTransport, Map<String, String> headers) {
        return httpTransport.exchange(method, url, headers, body, sendDeadline);
    }

    /** The headers of a request that is authenticated by an IAM token. */
    public Map<String, String> tokenHeaders(String token) {
        var headers = commonHeaders();
        headers.put("X-Auth-Token", token);
        return headers;
    }

    /** The headers of a request that is signed with an access key, under the given date. */
    public Map<String, String> signedHeaders(Signer key, Instant date) {
        var bytes = body == null ? new byte[0] : body.getBytes();
        return key.sign(method.name(), URI.create(url), commonHeaders(), bytes, date);
    }

    private Map<String, String> commonHeaders() {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Project-Id", projectId);
        headers.put("Accept", "application/json");
        if (body != null) {
            headers.put("Content-Type", "application/json");
        }
        return headers;
    }
}
