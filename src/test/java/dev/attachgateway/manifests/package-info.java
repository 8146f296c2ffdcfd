/** What a cluster would be given, and what it may rely on. */
@NullMarked
package dev.attachgateway.manifests;

import org.jspecify.annotations.NullMarked;
