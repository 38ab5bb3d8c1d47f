/** Virtual machines: what one is to be, and the drivers that start it. */
@NullMarked
package dev.kctl.vmm;

import org.jspecify.annotations.NullMarked;
