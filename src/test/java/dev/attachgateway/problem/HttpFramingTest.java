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
 * Request boundaries follow RFC 9112 and RFC 9113, so that a proxy in front cannot read the same bytes as other requests,
 * and the resources of a connection are bounded.
 */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class HttpFramingTest {
    private static final int TIMEOUT_MS = 20_000;
    private static final String SECOND_REQUEST = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";
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
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    /** The bytes received until the gateway closes the connection. */
    private String responseTo(String request) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            var response = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(response);
            } catch (SocketException _) {
                // A close with unread bytes resets the connection.
            }
            return response.toString(ISO_8859_1);
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
    void an_ambiguous_chunk_is_rejected_and_the_bytes_after_it_are_not_read(String body) throws IOException {
        var response = responseTo(POST + body + SECOND_REQUEST);
        assertThat(response.split("HTTP/1\\.1 ", -1)).as(response).hasSizeLessThanOrEqualTo(2);
        assertThat(response).doesNotContain("/second");
    }

    @Test
    void a_chunk_with_an_extension_is_accepted() throws IOException {
        var response = responseTo(POST + "2;a=\"b;c\";d=e\r\n{}\r\n0\r\n\r\n"
                + SECOND_REQUEST.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
        assertThat(response.split("HTTP/1\\.1 404 ", -1)).as(response).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1"})
    void a_request_with_content_length_and_chunked_encoding_closes_the_connection(String version) throws IOException {
        var response = responseTo("POST /first HTTP/" + version + "\r\nHost: x\r\nConnection: keep-alive\r\n"
                + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND_REQUEST);
        assertThat(response.split("HTTP/1\\.[01] ", -1)).as(response).hasSizeLessThanOrEqualTo(2);
        assertThat(response).doesNotContain("/second");
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

        /** The error code of a RST_STREAM, or of a GOAWAY, where it follows the last stream id. */
        int errorCode() {
            return payload.getInt(type == GOAWAY ? 4 : 0);
        }
    }

    /** Sends the preface and the frames; reads up to a frame of the type or the end of the connection. */
    private List<Frame> http2(List<Frame> frames, int lastType) throws IOException {
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
            } while (read.getLast().type() != lastType);
        } catch (EOFException | SocketException _) {
            // The gateway closed the connection.
        }
        return read;
    }

    // HPACK, indexed: :method GET or POST, :scheme http, :path /; then :authority without indexing.
    private static byte[] headerBlock(boolean post) {
        return new byte[] {(byte) (post ? 0x83 : 0x82), (byte) 0x86, (byte) 0x84, 0x01, 1, 'x'};
    }

    @Test
    void a_flood_of_empty_continuation_frames_closes_the_connection() throws IOException {
        var frames = new ArrayList<Frame>();
        frames.add(Frame.of(HEADERS, END_STREAM, 1, headerBlock(false)));
        for (var i = 0; i < 1_000; i++) {
            frames.add(Frame.of(CONTINUATION, 0, 1));
        }
        assertThat(http2(frames, GOAWAY))
                .filteredOn(frame -> frame.type() == GOAWAY)
                .singleElement()
                .satisfies(frame -> assertThat(frame.errorCode()).isEqualTo(ENHANCE_YOUR_CALM));
    }

    @Test
    void a_header_block_in_several_frames_is_accepted() throws IOException {
        var frames =
                List.of(Frame.of(HEADERS, END_STREAM, 1, headerBlock(false)), Frame.of(CONTINUATION, END_HEADERS, 1));
        assertThat(http2(frames, DATA))
                .extracting(Frame::type)
                .contains(HEADERS)
                .doesNotContain(GOAWAY);
    }

    @Test
    void streams_above_the_limit_of_a_connection_are_refused() throws IOException {
        var maxStreams =
                ConfigProvider.getConfig().getValue("quarkus.http.limits.max-concurrent-streams", Integer.class);
        var frames = new ArrayList<Frame>();
        for (var i = 0; i <= maxStreams; i++) {
            // Each stream waits for a body that is never sent.
            frames.add(Frame.of(HEADERS, END_HEADERS, 2 * i + 1, headerBlock(true)));
        }
        var read = http2(frames, RST_STREAM);
        assertThat(read)
                .filteredOn(frame -> frame.type() == SETTINGS && frame.payload().capacity() > 0)
                .first()
                .satisfies(frame -> assertThat(settings(frame)).contains(MAX_CONCURRENT_STREAMS + "=" + maxStreams));
        assertThat(read.getLast().type()).isEqualTo(RST_STREAM);
        assertThat(read.getLast().errorCode()).isEqualTo(REFUSED_STREAM);
        assertThat(read.getLast().stream()).isEqualTo(2 * maxStreams + 1);
    }

    private static List<String> settings(Frame frame) {
        var settings = new ArrayList<String>();
        for (var payload = frame.payload().duplicate(); payload.hasRemaining(); ) {
            settings.add(payload.getShort() + "=" + payload.getInt());
        }
        return settings;
    }
}
