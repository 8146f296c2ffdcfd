package dev.attachgateway.problem;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a request ends is read as RFC 9112 and RFC 9113 say, so that no proxy in front reads the same bytes as other requests,
 * and what a connection may hold is bounded.
 */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class HttpFramingTest {
    private static final int LIMIT_MS = 20_000;
    private static final String SECOND = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String POST =
            "POST /first HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

    private final URI address = URI.create(GatewayClient.underTest().url());

    private Socket connect() throws IOException {
        var socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(LIMIT_MS);
        return socket;
    }

    /** All that comes until the gateway closes the connection. */
    private String answerTo(String request) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            var answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (SocketException reset) {
                // Closed with something unread, which is a close as well.
            }
            return answer.toString(ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2;a=\"\r\n{}\r\n0\r\n\r\n",
                "2;a=\"b\r\n{}\r\n0\r\n\r\n",
                "2;a=\"\\\r\n{}\r\n0\r\n\r\n",
                "2;a\n{}\r\n0\r\n\r\n",
                "2\n{}\r\n0\r\n\r\n",
                "2\r\n{}XX0\r\n\r\n"
            })
    void a_chunk_that_two_readers_may_end_at_different_places_is_refused_and_nothing_after_it_is_read(String body)
            throws IOException {
        var answer = answerTo(POST + body + SECOND);
        assertThat(answer.split("HTTP/1\\.1 ", -1)).as(answer).hasSizeLessThanOrEqualTo(2);
        assertThat(answer).doesNotContain("/second");
    }

    @Test
    void a_chunk_with_an_extension_is_read() throws IOException {
        var answer = answerTo(POST + "2;a=\"b;c\";d=e\r\n{}\r\n0\r\n\r\n"
                + SECOND.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
        assertThat(answer.split("HTTP/1\\.1 404 ", -1)).as(answer).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1"})
    void a_request_with_both_lengths_is_the_last_of_its_connection(String version) throws IOException {
        var answer = answerTo("POST /first HTTP/" + version + "\r\nHost: x\r\nConnection: keep-alive\r\n"
                + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND);
        assertThat(answer.split("HTTP/1\\.[01] ", -1)).as(answer).hasSizeLessThanOrEqualTo(2);
        assertThat(answer).doesNotContain("/second");
    }

    /** One frame (RFC 9113, 4.1). */
    private record Frame(int type, int flags, int stream, ByteBuffer payload) {
        static Frame of(int type, int flags, int stream, byte... payload) {
            return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
        }

        byte[] bytes() {
            return ByteBuffer.allocate(9 + payload.capacity())
                    .put((byte) 0)
                    .putShort((short) payload.capacity())
                    .put((byte) type)
                    .put((byte) flags)
                    .putInt(stream)
                    .put(payload.duplicate())
                    .array();
        }

        static Frame read(DataInputStream in) throws IOException {
            var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            return new Frame(
                    in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), ByteBuffer.wrap(in.readNBytes(length)));
        }

        /** The error code of a RST_STREAM, or of a GOAWAY, where it comes after the last stream. */
        int error() {
            return payload.getInt(type == GOAWAY ? 4 : 0);
        }
    }

    /** Sends the preface and these frames, and reads until the connection is closed or a frame is of the type. */
    private List<Frame> http2(List<Frame> frames, int until) throws IOException {
        var read = new ArrayList<Frame>();
        try (var socket = connect()) {
            var sent = new ByteArrayOutputStream();
            sent.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
            sent.writeBytes(Frame.of(SETTINGS, 0, 0).bytes());
            frames.forEach(frame -> sent.writeBytes(frame.bytes()));
            socket.getOutputStream().write(sent.toByteArray());
            var in = new DataInputStream(socket.getInputStream());
            do {
                read.add(Frame.read(in));
            } while (read.getLast().type() != until);
        } catch (EOFException | SocketException closed) {
            // The end of what there is to read.
        }
        return read;
    }

    // HPACK, indexed: :method GET or POST, :scheme http, :path /; then :authority without indexing.
    private static byte[] head(boolean post) {
        return new byte[] {(byte) (post ? 0x83 : 0x82), (byte) 0x86, (byte) 0x84, 0x01, 1, 'x'};
    }

    @Test
    void empty_continuation_frames_end_the_connection() throws IOException {
        var frames = new ArrayList<Frame>();
        frames.add(Frame.of(HEADERS, END_STREAM, 1, head(false)));
        for (var i = 0; i < 1_000; i++) {
            frames.add(Frame.of(CONTINUATION, 0, 1));
        }
        assertThat(http2(frames, GOAWAY))
                .filteredOn(frame -> frame.type() == GOAWAY)
                .singleElement()
                .satisfies(frame -> assertThat(frame.error()).isEqualTo(ENHANCE_YOUR_CALM));
    }

    @Test
    void a_head_in_several_frames_is_read() throws IOException {
        var frames = List.of(Frame.of(HEADERS, END_STREAM, 1, head(false)), Frame.of(CONTINUATION, END_HEADERS, 1));
        assertThat(http2(frames, DATA))
                .extracting(Frame::type)
                .contains(HEADERS)
                .doesNotContain(GOAWAY);
    }

    @Test
    void a_connection_has_so_many_streams_at_once_and_no_more() throws IOException {
        var most = ConfigProvider.getConfig().getValue("quarkus.http.limits.max-concurrent-streams", Integer.class);
        var frames = new ArrayList<Frame>();
        for (var i = 0; i <= most; i++) {
            // Each waits for a body that does not come.
            frames.add(Frame.of(HEADERS, END_HEADERS, 2 * i + 1, head(true)));
        }
        var read = http2(frames, RST_STREAM);
        assertThat(read)
                .filteredOn(frame -> frame.type() == SETTINGS && frame.payload().capacity() > 0)
                .first()
                .satisfies(frame -> assertThat(settings(frame)).contains(MAX_CONCURRENT_STREAMS + "=" + most));
        assertThat(read.getLast().type()).isEqualTo(RST_STREAM);
        assertThat(read.getLast().error()).isEqualTo(REFUSED_STREAM);
        assertThat(read.getLast().stream()).isEqualTo(2 * most + 1);
    }

    private static List<String> settings(Frame frame) {
        var settings = new ArrayList<String>();
        for (var payload = frame.payload().duplicate(); payload.hasRemaining(); ) {
            settings.add(payload.getShort() + "=" + payload.getInt());
        }
        return settings;
    }
}
