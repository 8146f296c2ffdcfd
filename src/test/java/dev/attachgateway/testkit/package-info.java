/** What tests need from the machine they run on. */
@NullMarked
package dev.attachgateway.testkit;

import org.jspecify.annotations.NullMarked;
