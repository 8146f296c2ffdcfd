/** Clients of the cloud: ModelArts, EVS and IAM. */
@NullMarked
package dev.attachgateway.upstream;

import org.jspecify.annotations.NullMarked;
