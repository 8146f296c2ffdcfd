/** The suites that take longest: Surefire begins with them, since it takes suites in the order of their full names. */
@org.jspecify.annotations.NullMarked
package dev.attachgateway.suite.early;
