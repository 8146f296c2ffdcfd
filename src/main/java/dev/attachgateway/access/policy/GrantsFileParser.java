package dev.attachgateway.access.policy;

import dev.attachgateway.configfile.InvalidConfigFileException;
import dev.attachgateway.configfile.StrictYamlList;
import dev.attachgateway.configfile.WatchedFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a grants file strictly. */
final class GrantsFileParser implements WatchedFile.Parser<GrantPolicy> {
    private static final StrictYamlList YAML_LIST = new StrictYamlList("grants", "grant", false);

    private final Set<String> issuerNames;

    /**
     * A reader.
     *
     * @param issuers the names that grants may refer to
     */
    GrantsFileParser(Set<String> issuers) {
        this.issuerNames = issuers;
    }

    @Override
    public GrantPolicy parse(byte[] file) throws InvalidConfigFileException {
        List<Grant> grants = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (StrictYamlList.Item<Grant> item : YAML_LIST.read(file, Grant.class)) {
            Grant grant = item.value();
            if (!issuerNames.contains(grant.issuer())) {
                throw item.invalid("grant '" + grant.name() + "': issuer '" + grant.issuer() + "' is not configured");
            }
            if (!names.add(grant.name())) {
                throw item.invalid("another grant is named '" + grant.name() + "' already");
            }
            grants.add(grant);
        }
        return new GrantPolicy(List.copyOf(grants));
    }
}
