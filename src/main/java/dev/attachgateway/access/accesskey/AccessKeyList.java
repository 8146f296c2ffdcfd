package dev.attachgateway.access.accesskey;

import dev.attachgateway.configfile.InvalidConfigFileException;
import dev.attachgateway.configfile.StrictYamlList;
import dev.attachgateway.configfile.WatchedFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/** All access keys of one file, by their id. */
record AccessKeyList(Map<String, AccessKey> keys) implements WatchedFile.Content {
    private static final StrictYamlList YAML_LIST = new StrictYamlList("keys", "key", true);

    /** Parses the file; error messages quote nothing of it but key ids. */
    static AccessKeyList read(byte[] file) throws InvalidConfigFileException {
        var keys = new HashMap<String, AccessKey>();
        var secrets = new HashSet<String>();
        for (StrictYamlList.Item<AccessKey> item : YAML_LIST.read(file, AccessKey.class)) {
            AccessKey key = item.value();
            if (keys.put(key.id(), key) != null) {
                throw item.invalid("another key is named " + key.id() + " already");
            }
            // The signature does not cover the key id: two keys with one secret could be exchanged for each other.
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

    /** Does not contain the secrets. */
    @Override
    public String toString() {
        return "AccessKeyList" + keys.keySet();
    }
}
