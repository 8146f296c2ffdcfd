package dev.attachgateway.access.authentication;

import io.quarkus.arc.All;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The issuers of all sources of credentials; a gateway without any does not start. */
@Singleton
public final class KnownIssuers {
    private final Set<String> names = new HashSet<>();

    KnownIssuers(@All List<CredentialSource> sources) {
        for (var source : sources) {
            for (var name : source.issuerNames()) {
                if (!names.add(name)) {
                    throw new ConfigurationException(
                            "access.issuers." + name + " has the name that callers with access keys have.");
                }
            }
        }
        if (names.isEmpty()) {
            throw new ConfigurationException(
                    "No issuer is configured, so nobody could ever call: set access.issuers.<name>.url, or access.keys-file.");
        }
    }

    /** The names that grants may refer to. */
    public Set<String> names() {
        return Set.copyOf(names);
    }
}
