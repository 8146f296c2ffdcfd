/** Databases that are put back to an earlier day with PostgreSQL's own tools, below gateways that go on. */
@NullMarked
package dev.attachgateway.restore;

import org.jspecify.annotations.NullMarked;
