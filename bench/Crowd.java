import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Many readers of server-sent events on one thread. Each keeps where it is, and counts what it got once, twice or not at
 * all, as far as positions tell; whoever is cut off comes back by its id when it is told to.
 */
final class Crowd implements AutoCloseable {
    static final long NEVER = Long.MAX_VALUE;

    /** One reader. */
    final class Reader {
        final int port;
        final int receives = receiveBuffer;
        SocketChannel socket;
        SelectionKey key;
        byte[] rest = new byte[0];
        String lastId = "";
        long position = -1;
        boolean hasId;
        int status;
        long retryMs;
        long backAt = NEVER;
        volatile boolean ended;
        volatile int endings;

        /** How often it was told when to come back: once at the beginning, and once more by a server that closes. */
        int told;

        volatile boolean paused;

        Reader(int port) {
            this.port = port;
        }

        void connect() throws IOException {
            ended = false;
            backAt = NEVER;
            status = 0;
            rest = new byte[0];
            socket = SocketChannel.open();
            if (receives > 0) {
                socket.setOption(StandardSocketOptions.SO_RCVBUF, receives);
            }
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            var resume = lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n";
            socket.write(ByteBuffer.wrap((request.replace("\r\n\r\n", "\r\n" + resume + "\r\n")).getBytes(StandardCharsets.US_ASCII)));
            socket.configureBlocking(false);
            key = socket.register(selector, SelectionKey.OP_READ, this);
        }

        void read() {
            try {
                buffer.clear();
                var count = socket.read(buffer);
                if (count < 0) {
                    over();
                    return;
                }
                buffer.flip();
                if (refusal == null && count > 12 && buffer.get(9) != '2' && buffer.get(0) == 'H') {
                    refusal = StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
                }
                take();
            } catch (IOException cut) {
                over();
            }
        }

        private void over() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is closed anyway.
            }
            ended = true;
            endings++;
            endedAt.add(System.nanoTime());
            open.decrementAndGet();
            if (comesBack) {
                backAt = System.nanoTime() + retryMs * 1_000_000;
            }
        }

        private void take() {
            var begin = 0;
            var end = buffer.limit();
            for (var at = 0; at < end; at++) {
                if (buffer.get(at) == '\n') {
                    line(begin, at);
                    begin = at + 1;
                }
            }
            if (begin < end) {
                var more = new byte[rest.length + end - begin];
                System.arraycopy(rest, 0, more, 0, rest.length);
                buffer.get(begin, more, rest.length, end - begin);
                rest = more;
            }
        }

        /** A line that begins in what is left of the last read, or at a place in this one. */
        private void line(int begin, int end) {
            if (rest.length > 0) {
                var whole = new byte[rest.length + end - begin];
                System.arraycopy(rest, 0, whole, 0, rest.length);
                buffer.get(begin, whole, rest.length, end - begin);
                rest = new byte[0];
                line(ByteBuffer.wrap(whole), 0, whole.length);
            } else {
                line(buffer, begin, end);
            }
        }

        private void line(ByteBuffer from, int begin, int end) {
            if (end - begin < 4) {
                return;
            }
            switch (from.get(begin)) {
                case 'd' -> {
                    if (from.get(begin + 1) == 'a') {
                        event();
                    }
                }
                case 'i' -> id(from, begin, end);
                case 'e' -> reset(from, begin, end);
                case 'r' -> {
                    retryMs = number(from, begin, end, ' ');
                    told++;
                }
                case 'H' -> {
                    if (status == 0) {
                        status = (int) number(from, begin, begin + 12, ' ');
                        answers.computeIfAbsent(status, any -> new AtomicLong()).incrementAndGet();
                    }
                }
                default -> {}
            }
        }

        private void id(ByteBuffer from, int begin, int end) {
            var text = new byte[end - begin - 4];
            from.get(begin + 4, text);
            if (keepsIds) {
                lastId = new String(text, StandardCharsets.US_ASCII);
                // epoch-position-check
                var next = Long.parseLong(lastId.split("-")[1]);
                if (position >= 0 && next != position) {
                    doubled.addAndGet(next <= position ? 1 : 0);
                    missed.addAndGet(Math.max(0, next - position - 1));
                }
                position = next;
            }
            hasId = true;
        }

        private void reset(ByteBuffer from, int begin, int end) {
            if (end - begin >= 12 && from.get(begin + 7) == 'r') {
                resets.incrementAndGet();
            }
        }

        private void event() {
            events.incrementAndGet();
            if (hasId && keepsIds && publishedNs != null && position > 0 && position < publishedNs.length) {
                var ns = System.nanoTime() - publishedNs[(int) position];
                if (publishedNs[(int) position] > 0 && !late && !paused) {
                    latencies.add(ns);
                }
            }
            hasId = false;
        }

        private long number(ByteBuffer from, int begin, int end, char after) {
            var at = end - 1;
            while (at > begin && from.get(at) != after) {
                at--;
            }
            long number = 0;
            for (at++; at < end && from.get(at) >= '0' && from.get(at) <= '9'; at++) {
                number = number * 10 + from.get(at) - '0';
            }
            return number;
        }
    }

    final String request;
    final Selector selector = Selector.open();
    final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
    final List<Reader> readers = new ArrayList<>();
    final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    final AtomicLong open = new AtomicLong();
    volatile String refusal;
    final Map<Integer, AtomicLong> answers = new ConcurrentHashMap<>();
    final AtomicLong events = new AtomicLong();
    final AtomicLong missed = new AtomicLong();
    final AtomicLong doubled = new AtomicLong();
    final AtomicLong resets = new AtomicLong();
    final ConcurrentLinkedQueue<Long> endedAt = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Long> backAt = new ConcurrentLinkedQueue<>();
    final Latencies latencies = new Latencies();
    final Thread thread;
    volatile boolean keepsIds;
    volatile boolean comesBack;
    volatile boolean late;
    volatile boolean over;
    /** Bytes, of readers that come from now on. */
    volatile int receiveBuffer;
    volatile int[] elsewhere = {};
    /** When the event of each position was published, for latencies. */
    volatile long[] publishedNs;

    /** Times in nanoseconds, of one thread. */
    static final class Latencies {
        long[] ns = new long[1024];
        int count;

        synchronized void add(long value) {
            if (count == ns.length) {
                ns = java.util.Arrays.copyOf(ns, count * 2);
            }
            ns[count++] = value;
        }

        synchronized double ms(double quantile) {
            var sorted = java.util.Arrays.copyOf(ns, count);
            java.util.Arrays.sort(sorted);
            return count == 0 ? Double.NaN : sorted[(int) Math.min(count - 1, Math.floor(quantile * count))] / 1e6;
        }

        synchronized void clear() {
            count = 0;
        }
    }

    Crowd(String request) throws IOException {
        this.request = request;
        this.thread = Thread.ofPlatform().daemon().name("crowd").start(this::run);
    }

    /** Opens so many streams, at most so many a second. */
    void connect(int count, int port, int perSecond) throws Exception {
        var begin = System.nanoTime();
        for (var i = 0; i < count; i++) {
            LockSupport.parkNanos(begin + i * 1_000_000_000L / perSecond - System.nanoTime());
            on(() -> {
                var reader = new Reader(port);
                readers.add(reader);
                connect(reader);
            });
        }
    }

    private void connect(Reader reader) {
        try {
            reader.connect();
            open.incrementAndGet();
        } catch (IOException refused) {
            if (!comesBack && retried++ < 100) {
                System.out.println("connected again after: " + refused);
                on(() -> connect(reader));
                return;
            }
            reader.ended = true;
            reader.backAt = comesBack ? System.nanoTime() + Math.max(100, reader.retryMs) * 1_000_000 : NEVER;
        }
    }

    /** Opens as many as are missing, since a server may drop a connection that it has just accepted, and waits for them. */
    void complete(int count, int port) throws Exception {
        for (var tries = 0; tries < 20 && answers(200) < count; tries++) {
            Thread.sleep(1_000);
            var missing = (int) (count - open.get());
            if (missing > 0) {
                System.out.printf("%d were dropped before their answer%n", missing);
                connect(missing, port, 100);
            }
        }
        await("connected", () -> open.get() == count && answers(200) >= count, 60_000);
    }

    /** The first so many stop reading, or go on. */
    void pause(int count, boolean paused) throws Exception {
        onAndWait(() -> readers.stream().limit(count).forEach(reader -> {
            reader.paused = paused;
            if (reader.key.isValid()) {
                reader.key.interestOps(paused ? 0 : SelectionKey.OP_READ);
            }
        }));
    }

    /** So many hang up, whoever has been there longest, and are forgotten. */
    void leave(int count) throws Exception {
        onAndWait(() -> {
            var leaving = readers.subList(0, Math.min(count, readers.size()));
            for (var reader : leaving) {
                try {
                    if (!reader.ended) {
                        reader.socket.close();
                        open.decrementAndGet();
                    }
                } catch (IOException e) {
                    // It is gone.
                }
            }
            leaving.clear();
        });
    }

    /** Runs on the crowd's own thread. */
    void on(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** The same, and waits for it. */
    void onAndWait(Runnable task) throws Exception {
        var done = new java.util.concurrent.CountDownLatch(1);
        on(() -> {
            task.run();
            done.countDown();
        });
        done.await();
    }

    private void run() {
        try {
            while (!over) {
                selector.select(key -> {
                    var reader = (Reader) key.attachment();
                    if (key.isValid() && key.isReadable()) {
                        reader.read();
                    }
                }, 20);
                for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                if (comesBack) {
                    comeBack();
                }
            }
            for (var reader : readers) {
                if (reader.socket != null) {
                    reader.socket.close();
                }
            }
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void comeBack() {
        var now = System.nanoTime();
        for (var reader : readers) {
            if (reader.backAt <= now) {
                backAt.add(now);
                if (elsewhere.length > 0) {
                    var next = new Reader(elsewhere[0]);
                    next.lastId = reader.lastId;
                    next.position = reader.position;
                    next.retryMs = reader.retryMs;
                    reader.backAt = NEVER;
                    reborn.add(next);
                    replaced.add(reader);
                } else {
                    connect(reader);
                }
            }
        }
        for (var next : reborn) {
            readers.add(next);
            connect(next);
        }
        reborn.clear();
    }

    private int retried;
    private final List<Reader> reborn = new ArrayList<>();

    /** Those that went elsewhere. */
    final Set<Reader> replaced = new HashSet<>();

    /** How many answers had this status so far. */
    long answers(int status) {
        return answers.getOrDefault(status, new AtomicLong()).get();
    }

    void await(String what, java.util.function.BooleanSupplier holds, long limitMs) {
        var end = System.nanoTime() + limitMs * 1_000_000;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + limitMs + " ms: " + what + ", open=" + open
                        + " answers=" + answers + " events=" + events + (refusal == null ? "" : "\n" + refusal));
            }
            LockSupport.parkNanos(200_000);
        }
    }

    @Override
    public void close() throws Exception {
        over = true;
        selector.wakeup();
        thread.join(10_000);
    }
}
