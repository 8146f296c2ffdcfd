/** Access keys and the SDK-HMAC-SHA256 signatures that requests carry. */
@NullMarked
package dev.attachgateway.access.accesskey;

import org.jspecify.annotations.NullMarked;
