/** The archive: seals what is in the audit record, proves that it is whole, hands it out, and removes what is old. */
@NullMarked
package dev.attachgateway.audit;

import org.jspecify.annotations.NullMarked;
