package dev.attachgateway.sandbox.http;

/** What a caller gets: an answer, a closed connection, or nothing for a long time. */
public sealed interface SandboxReply permits SandboxResponse, SandboxReply.Drop, SandboxReply.Hang {

    /** The TCP connection is closed without an answer. */
    record Drop() implements SandboxReply {}

    /** No answer is ever sent. */
    record Hang() implements SandboxReply {}
}
