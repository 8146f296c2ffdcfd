/** Every way in which the cloud can fail, at every call of an operation's life, before and after the effect. */
@NullMarked
package dev.attachgateway.matrix;

import org.jspecify.annotations.NullMarked;
