/** Access control: authenticates each request before routing, authorizes each action, and authorizes open streams. */
@NullMarked
package dev.attachgateway.access;

import org.jspecify.annotations.NullMarked;
