package dev.attachgateway.storage;

import org.jspecify.annotations.Nullable;

/** The storage cannot be used; the message is a sentence for the operator who started the gateway. */
public final class StorageUnavailableException extends RuntimeException {
    StorageUnavailableException(String message) {
        super(message);
    }

    StorageUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
