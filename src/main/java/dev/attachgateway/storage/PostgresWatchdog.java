package dev.attachgateway.storage;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The shell between this process and PostgreSQL, which shuts PostgreSQL down when this process is gone.
 *
 * <p>It reads its stdin, a pipe whose only writer is this process; the kernel closes it even after a {@code kill -9}.
 * It leads a session of its own, so that Ctrl-C in a terminal reaches the gateway alone, and ends with PostgreSQL.
 */
final class PostgresWatchdog {
    // The signal is repeated because one that comes before PostgreSQL listens to it is lost: a shell starts what it
    // puts into the background with INT ignored. 200 rounds of 0.1 s, then the harder signal.
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            exec 3<&0 </dev/null
            "$@" 3<&- &
            server=$!
            {
              while read -r _ <&3; do :; done
              for signal in INT QUIT KILL; do
                round=0
                while [ $round -lt 200 ]; do
                  kill -s $signal $server 2>/dev/null || exit
                  sleep 0.1
                  round=$((round + 1))
                done
              done
            } &
            watch=$!
            exec 3<&-
            wait $server
            status=$?
            kill -s KILL $watch 2>/dev/null
            exit $status
            """;

    private PostgresWatchdog() {}

    /** Starts {@code words} under watch; closing the stdin of the returned process stops them in good order. */
    static Process over(List<String> words, PostgresLog log) {
        List<String> watched = Stream.concat(Stream.of("setsid", "sh", "-c", SCRIPT, "watchdog"), words.stream())
                .toList();
        try {
            return PostgresCommand.builder(watched, log.file()).start();
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL cannot be started: " + e + ". It needs setsid (util-linux) and sh on the PATH.", e);
        }
    }
}
