/** What tests of every room stand on. */
@NullMarked
package dev.attachgateway.testkit;

import org.jspecify.annotations.NullMarked;
