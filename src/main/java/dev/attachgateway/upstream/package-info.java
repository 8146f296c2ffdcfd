/** The only door out: wire clients for ModelArts, EVS and IAM, their guards, and the sorting of what went wrong. */
@NullMarked
package dev.attachgateway.upstream;

import org.jspecify.annotations.NullMarked;
