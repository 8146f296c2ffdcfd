/** Tests of the gateway with a failing database and with clock jumps. */
@NullMarked
package dev.attachgateway.database;

import org.jspecify.annotations.NullMarked;
