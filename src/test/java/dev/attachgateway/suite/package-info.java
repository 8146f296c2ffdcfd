/** The test classes in portions: {@code verify} gives each portion to one of several JVMs, and a class belongs to one. */
@org.jspecify.annotations.NullMarked
package dev.attachgateway.suite;
