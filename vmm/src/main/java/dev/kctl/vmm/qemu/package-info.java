/** The QEMU driver: a {@code microvm} machine with KVM, or emulated. */
@NullMarked
package dev.kctl.vmm.qemu;

import org.jspecify.annotations.NullMarked;
