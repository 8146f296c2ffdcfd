package dev.attachgateway.access;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** All access keys of one file, by name. */
record AccessKeyList(Map<String, AccessKey> keys) implements WatchedFile.Content {
    private static final StrictList LIST = new StrictList("keys", "key", true);

    /** Reads the file; no message quotes anything of it but names of keys. */
    static AccessKeyList read(byte[] file) throws BrokenFile {
        Map<String, AccessKey> keys = new HashMap<>();
        Set<String> secrets = new HashSet<>();
        for (StrictList.Item<AccessKey> item : LIST.read(file, AccessKey.class)) {
            AccessKey key = item.value();
            if (keys.put(key.name(), key) != null) {
                throw item.broken("another key is named " + key.name() + " already");
            }
            // The name is not under the signature: with one secret for two keys it could be exchanged.
            if (!secrets.add(key.secret())) {
                throw item.broken("key " + key.name() + " has the secret of another key");
            }
        }
        return new AccessKeyList(Map.copyOf(keys));
    }

    @Override
    public int size() {
        return keys.size();
    }

    /** Never the secrets. */
    @Override
    public String toString() {
        return "AccessKeyList" + keys.keySet();
    }
}
