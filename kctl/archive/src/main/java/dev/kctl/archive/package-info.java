/** Tar streams to and from the host's files, as {@code kctl cp} needs them. */
@NullMarked
package dev.kctl.archive;

import org.jspecify.annotations.NullMarked;
