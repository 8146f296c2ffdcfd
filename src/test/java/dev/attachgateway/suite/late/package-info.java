/** The suites that fill the time until the last of the long ones has ended. */
@org.jspecify.annotations.NullMarked
package dev.attachgateway.suite.late;
