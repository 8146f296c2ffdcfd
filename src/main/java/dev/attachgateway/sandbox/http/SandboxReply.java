package dev.attachgateway.sandbox.http;

/** Outcome of a call: a response, a closed connection, or no response for a long time. */
public sealed interface SandboxReply permits SandboxResponse, SandboxReply.Drop, SandboxReply.Hang {

    /** The TCP connection is closed without a response. */
    record Drop() implements SandboxReply {}

    /** No response is ever sent. */
    record Hang() implements SandboxReply {}
}
