package dev.attachgateway.statespace;

import dev.attachgateway.upstream.ModelArtsClient;
import java.util.Optional;

/** What the cloud says of its own operation. */
enum Heard {
    NOTHING(0),
    AT_WORK(1),
    SUCCESS(2),
    FAILED(3);

    private final int code;

    Heard(int code) {
        this.code = code;
    }

    static Heard of(Fate fate) {
        return switch (fate) {
            case NOTHING -> NOTHING;
            case AT_WORK -> AT_WORK;
            case DONE -> SUCCESS;
            case CAME_TO_NOTHING -> FAILED;
        };
    }

    Optional<ModelArtsClient.Word> word() {
        return switch (this) {
            case NOTHING -> Optional.empty();
            case AT_WORK -> Optional.of(ModelArtsClient.Word.RUNNING);
            case SUCCESS -> Optional.of(ModelArtsClient.Word.SUCCESS);
            case FAILED -> Optional.of(ModelArtsClient.Word.FAILED);
        };
    }

    int code() {
        return code;
    }
}
