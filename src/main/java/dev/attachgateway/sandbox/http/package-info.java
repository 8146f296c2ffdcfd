/** Requests and responses of the sandbox. */
@NullMarked
package dev.attachgateway.sandbox.http;

import org.jspecify.annotations.NullMarked;
