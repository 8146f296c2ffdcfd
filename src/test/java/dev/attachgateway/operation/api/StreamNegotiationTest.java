package dev.attachgateway.operation.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.ext.web.impl.ParsableMIMEValue;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves which values of Accept select the stream. */
class StreamNegotiationTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/event-stream | true",
                "Text/Event-Stream | true",
                "text/event-stream;charset=utf-8 | true",
                "text/event-stream;q=0.1 | true",
                "text/event-stream, */*;q=0.1 | true",
                "text/event-stream, application/json;q=0.9 | true",
                "*/* | false",
                "text/* | false",
                "application/json | false",
                "text/event-stream;q=0 | false",
                "text/event-stream, application/json | false",
                "text/event-stream;q=0.5, application/json;q=0.5 | false",
                "text/event-stream;q=0.5, application/json | false",
                "text/event-stream;q=0.001, application/json;q=0 | true",
                "text/event-stream;q=0.501;charset=utf-8, application/json;q=0.5 | true",
                "text/event-stream;q=0.998, application/json;q=0.999 | false",
                "text/event-streams | false",
                "garbage | false"
            })
    void only_an_explicit_and_higher_weighted_event_stream_is_a_stream(String accept, boolean stream) {
        var mediaTypes = Arrays.stream(accept.split(","))
                .map(String::strip)
                .map(ParsableMIMEValue::new)
                .toList();
        assertThat(StreamNegotiation.fromAccept(mediaTypes).prefersStream()).isEqualTo(stream);
    }
}
