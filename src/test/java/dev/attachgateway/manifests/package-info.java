/** Tests of the Kubernetes manifests and alert rules. */
@NullMarked
package dev.attachgateway.manifests;

import org.jspecify.annotations.NullMarked;
