package dev.attachgateway.upstream;

import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.http.Deadline;
import java.time.Instant;

/**
 * How a write is to be sent.
 *
 * @param date of the committed intent, by the database's clock; a signature carries it, however late the request leaves
 * @param before no byte leaves after it
 * @param signed what {@link CloudCredentials#signsWrites} said before the intent; a credential that has become another sort
 *     since does not send
 */
public record SendOptions(Instant date, Deadline before, boolean signed) {}
