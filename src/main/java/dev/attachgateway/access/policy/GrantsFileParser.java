package dev.attachgateway.access.policy;

import dev.attachgateway.configfile.InvalidConfigFileException;
import dev.attachgateway.configfile.StrictYamlList;
import dev.attachgateway.configfile.WatchedFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Strict parser of the grants file. */
final class GrantsFileParser implements WatchedFile.Parser<GrantPolicy> {
    private static final StrictYamlList YAML_LIST = new StrictYamlList("grants", "grant", false);

    private final Set<String> issuerNames;

    /**
     * Creates a parser.
     *
     * @param issuerNames the issuers that grants may refer to
     */
    GrantsFileParser(Set<String> issuerNames) {
        this.issuerNames = issuerNames;
    }

    @Override
    public GrantPolicy parse(byte[] file) throws InvalidConfigFileException {
        var grants = new ArrayList<Grant>();
        var names = new HashSet<String>();
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
