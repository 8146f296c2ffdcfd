/** Protection of browsers: CORS and cross-site request forgery. */
@NullMarked
package dev.attachgateway.access.browser;

import org.jspecify.annotations.NullMarked;
