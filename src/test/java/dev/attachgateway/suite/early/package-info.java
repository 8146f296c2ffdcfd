/** The longest suites: Surefire starts with them, because it runs suites in the order of their full names. */
@org.jspecify.annotations.NullMarked
package dev.attachgateway.suite.early;
