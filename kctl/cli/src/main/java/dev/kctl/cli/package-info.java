/** The command line. */
@NullMarked
package dev.kctl.cli;

import org.jspecify.annotations.NullMarked;
