package dev.attachgateway.upstream;

import java.time.Instant;

/**
 * How a write is to be sent.
 *
 * @param date of the committed intent, by the database's clock; a signature carries it, however late the request leaves
 * @param before no byte leaves after it
 * @param signed what {@link Credentials#signsWrites} said before the intent; a credential that has become another sort
 *     since does not send
 */
public record Send(Instant date, Deadline before, boolean signed) {}
