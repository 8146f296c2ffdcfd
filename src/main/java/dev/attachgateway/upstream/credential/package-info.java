/** The gateway's credentials for the cloud, by project. */
@NullMarked
package dev.attachgateway.upstream.credential;

import org.jspecify.annotations.NullMarked;
