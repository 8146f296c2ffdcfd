/** One HTTP exchange with the cloud and the classification of its failures. */
@NullMarked
package dev.attachgateway.upstream.http;

import org.jspecify.annotations.NullMarked;
