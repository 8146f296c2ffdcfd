package dev.attachgateway.sandbox;

/** What a caller gets: an answer, a closed connection, or nothing for a long time. */
sealed interface Reply permits Answer, Reply.Drop, Reply.Hang {

    /** The TCP connection is closed without an answer. */
    record Drop() implements Reply {}

    /** No answer is ever sent. */
    record Hang() implements Reply {}
}
