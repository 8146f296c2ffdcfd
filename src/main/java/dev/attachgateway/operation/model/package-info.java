/** The states of an operation, its failures and its JSON form. */
@NullMarked
package dev.attachgateway.operation.model;

import org.jspecify.annotations.NullMarked;
