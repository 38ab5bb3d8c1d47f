/** What the engine needs of libc: the only user of the foreign function interface. */
@NullMarked
package dev.kctl.linux;

import org.jspecify.annotations.NullMarked;
