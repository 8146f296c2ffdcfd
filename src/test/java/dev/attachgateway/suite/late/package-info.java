/** The shorter suites, which run beside the rest of the long ones. */
@org.jspecify.annotations.NullMarked
package dev.attachgateway.suite.late;
