/** Watched configuration files: strict YAML, reloading, and the file mode of secrets. */
@NullMarked
package dev.attachgateway.configfile;

import org.jspecify.annotations.NullMarked;
