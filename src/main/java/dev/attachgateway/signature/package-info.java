/** SDK-HMAC-SHA256, the signature of Huawei Cloud's APIs. Plain Java, no framework. */
@NullMarked
package dev.attachgateway.signature;

import org.jspecify.annotations.NullMarked;
