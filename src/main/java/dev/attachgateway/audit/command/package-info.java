/** The commands that verify and export the audit log. */
@NullMarked
package dev.attachgateway.audit.command;

import org.jspecify.annotations.NullMarked;
