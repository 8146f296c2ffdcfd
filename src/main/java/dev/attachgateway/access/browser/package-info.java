/** Browser protection: CORS and the defence against cross-site request forgery. */
@NullMarked
package dev.attachgateway.access.browser;

import org.jspecify.annotations.NullMarked;
