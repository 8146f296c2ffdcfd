/** Shared fixtures, clients and processes for the tests of all packages. */
@NullMarked
package dev.attachgateway.testkit;

import org.jspecify.annotations.NullMarked;
