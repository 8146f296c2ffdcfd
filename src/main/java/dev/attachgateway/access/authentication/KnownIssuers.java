package dev.attachgateway.access.authentication;

import io.quarkus.arc.All;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The issuers of all credential sources; the gateway does not start when there is none. */
@Singleton
public final class KnownIssuers {
    private final Set<String> names = new HashSet<>();

    KnownIssuers(@All List<CredentialSource> sources) {
        for (var source : sources) {
            for (var name : source.issuerNames()) {
                if (!names.add(name)) {
                    throw new ConfigurationException(
                            "access.issuers." + name + ": this name is reserved for callers with access keys.");
                }
            }
        }
        if (names.isEmpty()) {
            throw new ConfigurationException("No issuer is configured, so no request could be authenticated:"
                    + " set access.issuers.<name>.url, or access.keys-file.");
        }
    }

    /** The issuer names that grants may refer to. */
    public Set<String> names() {
        return Set.copyOf(names);
    }
}
