package dev.attachgateway.access;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a grants file strictly. */
final class GrantsReader implements WatchedFile.Reader<GrantList> {
    private static final StrictList LIST = new StrictList("grants", "grant", false);

    private final Set<String> issuers;

    /**
     * A reader.
     *
     * @param issuers the names that grants may refer to
     */
    GrantsReader(Set<String> issuers) {
        this.issuers = issuers;
    }

    @Override
    public GrantList read(byte[] file) throws BrokenFile {
        List<Grant> grants = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (StrictList.Item<Grant> item : LIST.read(file, Grant.class)) {
            Grant grant = item.value();
            if (!issuers.contains(grant.issuer())) {
                throw item.broken("grant '" + grant.name() + "': issuer '" + grant.issuer() + "' is not configured");
            }
            if (!names.add(grant.name())) {
                throw item.broken("another grant is named '" + grant.name() + "' already");
            }
            grants.add(grant);
        }
        return new GrantList(List.copyOf(grants));
    }
}
