/**
 * Groups of test classes: {@code verify} runs each group in one of several JVMs, and each class belongs to one group.
 */
@org.jspecify.annotations.NullMarked
package dev.attachgateway.suite;
