/** Attach Gateway: attaches EVS disks to ModelArts Lite Servers, safely, and tells everyone who watches. */
@NullMarked
package dev.attachgateway;

import org.jspecify.annotations.NullMarked;
