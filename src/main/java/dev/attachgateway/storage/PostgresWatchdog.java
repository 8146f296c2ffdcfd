package dev.attachgateway.storage;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A shell between this process and PostgreSQL that shuts PostgreSQL down when this process has ended.
 *
 * <p>It reads its stdin, a pipe whose only writer is this process; the kernel closes it even after a {@code kill -9}.
 * The shell leads its own session, so that Ctrl-C in a terminal reaches the gateway only, and ends with PostgreSQL.
 */
final class PostgresWatchdog {
    // The signal is repeated because one that arrives before PostgreSQL has installed its handlers is lost: a shell
    // starts background commands with INT ignored. 200 rounds of 0.1 s, then the next stronger signal.
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

    /**
     * Starts a command under the watchdog; closing the stdin of the returned process stops the command in an orderly
     * way.
     */
    static Process start(List<String> command, PostgresLog log) {
        List<String> watched = Stream.concat(Stream.of("setsid", "sh", "-c", SCRIPT, "watchdog"), command.stream())
                .toList();
        try {
            return PostgresCommand.processBuilder(watched, log.file()).start();
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL cannot be started: " + e + ". It needs setsid (util-linux) and sh on the PATH.", e);
        }
    }
}
