package dev.attachgateway.operation.api;

import dev.attachgateway.operation.model.Operation;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * A position in the list of a project's operations, opaque to clients.
 *
 * @param createdAt with microseconds, the precision of the database
 */
record PageCursor(Instant createdAt, UUID operationId) {
    private static final int BYTES = 3 * Long.BYTES;

    static PageCursor after(Operation operation) {
        return new PageCursor(operation.createdAt(), operation.id());
    }

    /** Parses the result of {@link #toString}; empty for any other text. */
    static Optional<PageCursor> parse(String text) {
        try {
            var bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length != BYTES) {
                return Optional.empty();
            }
            var numbers = ByteBuffer.wrap(bytes);
            return Optional.of(new PageCursor(
                            Instant.EPOCH.plus(numbers.getLong(), ChronoUnit.MICROS),
                            new UUID(numbers.getLong(), numbers.getLong())))
                    .filter(cursor -> cursor.toString().equals(text));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(BYTES)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, createdAt))
                        .putLong(operationId.getMostSignificantBits())
                        .putLong(operationId.getLeastSignificantBits())
                        .array());
    }
}
