package dev.attachgateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that a valid traceparent is continued and an invalid one is ignored. */
class RequestIdTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-00",
                "01-" + TRACE + "-00f067aa0ba902b7-01-what-the-future-adds",
            })
    void a_valid_trace_is_continued_with_a_new_span(String traceparent) {
        RequestId id = RequestId.fromTraceparent(traceparent);

        assertThat(id.traceId()).isEqualTo(TRACE);
        assertThat(id.spanId()).matches("[0-9a-f]{16}").isNotEqualTo("00f067aa0ba902b7");
        assertThat(id.traceparent()).isEqualTo("00" + traceparent.substring(2, 55));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01-more",
                "00-" + TRACE + "-00f067aa0ba902b7-01\nx",
                "00-" + TRACE + "-00f067aa0ba902b7",
            })
    void an_invalid_traceparent_is_ignored(String traceparent) {
        assertThat(RequestId.fromTraceparent(traceparent).traceId())
                .isNotEqualTo(TRACE)
                .matches("[0-9a-f]{32}");
        assertThat(RequestId.fromTraceparent(traceparent).traceparent()).isNull();
    }

    @Test
    void generated_ids_are_unique() {
        assertThat(RequestId.generate()).isNotEqualTo(RequestId.generate());
    }
}
