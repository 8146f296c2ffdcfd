package dev.attachgateway.sandbox;

import io.vertx.core.json.JsonObject;

/** A call that is not carried out, with the answer that says why. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    Refusal(Answer answer) {
        super("refused with " + answer.status(), null, false, false);
        this.answer = answer;
    }

    /** A control body that is not understood: 400 with a sentence. */
    static Refusal unclear(String sentence) {
        return new Refusal(Answer.of(400, new JsonObject().put("error", sentence)));
    }

    Answer answer() {
        return answer;
    }
}
