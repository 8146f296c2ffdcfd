/** Servers and disks as the cloud shows them, read through a short-lived cache. */
@NullMarked
package dev.attachgateway.inventory;

import org.jspecify.annotations.NullMarked;
