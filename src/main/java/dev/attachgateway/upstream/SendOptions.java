package dev.attachgateway.upstream;

import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.http.Deadline;
import java.time.Instant;

/**
 * How a write is sent.
 *
 * @param signatureDate the date of the committed intent by the database's clock; signatures carry it, regardless of
 *     when the request is sent
 * @param sendDeadline no byte of the request is sent after this
 * @param signed the result of {@link CloudCredentials#signsWrites} before the intent; if the type of the credential has
 *     changed since, the write is not sent
 */
public record SendOptions(Instant signatureDate, Deadline sendDeadline, boolean signed) {}
