/** Attach Gateway: attaches EVS disks to ModelArts Lite Servers, safely, and streams every change. */
@NullMarked
package dev.attachgateway;

import org.jspecify.annotations.NullMarked;
