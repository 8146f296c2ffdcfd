/** SDK-HMAC-SHA256: canonical requests, signing and verification. */
@NullMarked
package dev.attachgateway.signature;

import org.jspecify.annotations.NullMarked;
