package dev.attachgateway.storage;

import org.jspecify.annotations.Nullable;

/** The storage cannot be used; the message is a sentence for the person who started the gateway. */
public final class StorageUnavailableException extends RuntimeException {
    StorageUnavailableException(String sentence) {
        super(sentence);
    }

    StorageUnavailableException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
