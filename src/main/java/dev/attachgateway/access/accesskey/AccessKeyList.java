package dev.attachgateway.access.accesskey;

import dev.attachgateway.configfile.InvalidConfigFileException;
import dev.attachgateway.configfile.StrictYamlList;
import dev.attachgateway.configfile.WatchedFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** All access keys of one file, by name. */
record AccessKeyList(Map<String, AccessKey> keys) implements WatchedFile.Content {
    private static final StrictYamlList YAML_LIST = new StrictYamlList("keys", "key", true);

    /** Reads the file; no message quotes anything of it but names of keys. */
    static AccessKeyList read(byte[] file) throws InvalidConfigFileException {
        Map<String, AccessKey> keys = new HashMap<>();
        Set<String> secrets = new HashSet<>();
        for (StrictYamlList.Item<AccessKey> item : YAML_LIST.read(file, AccessKey.class)) {
            AccessKey key = item.value();
            if (keys.put(key.id(), key) != null) {
                throw item.invalid("another key is named " + key.id() + " already");
            }
            // The name is not under the signature: with one secret for two keys it could be exchanged.
            if (!secrets.add(key.secretKey())) {
                throw item.invalid("key " + key.id() + " has the secret of another key");
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
