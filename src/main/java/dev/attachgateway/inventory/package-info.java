/** The window: servers and disks read through the gateway, as the cloud shows them and as far as the caller may see. */
@NullMarked
package dev.attachgateway.inventory;

import org.jspecify.annotations.NullMarked;
