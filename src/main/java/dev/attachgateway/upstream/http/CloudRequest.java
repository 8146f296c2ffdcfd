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
 * One request to the cloud, before it carries a credential.
 *
 * @param before no byte of it leaves after the deadline
 */
public record CloudRequest(
        CloudService service,
        String projectId,
        HttpMethod method,
        String url,
        @Nullable Buffer body,
        Deadline before) {

    public static CloudRequest read(CloudService service, String projectId, String url) {
        return new CloudRequest(service, projectId, HttpMethod.GET, url, null, Deadline.none());
    }

    public Uni<CloudResponse> over(HttpTransport httpTransport, Map<String, String> headers) {
        return httpTransport.exchange(method, url, headers, body, before);
    }

    public Map<String, String> withToken(String token) {
        var headers = headers();
        headers.put("X-Auth-Token", token);
        return headers;
    }

    public Map<String, String> signedWith(Signer key, Instant date) {
        var bytes = body == null ? new byte[0] : body.getBytes();
        return key.sign(method.name(), URI.create(url), headers(), bytes, date);
    }

    private Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Project-Id", projectId);
        headers.put("Accept", "application/json");
        if (body != null) {
            headers.put("Content-Type", "application/json");
        }
        return headers;
    }
}
