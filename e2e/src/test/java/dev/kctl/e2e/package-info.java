/** End-to-end tests: the packaged launcher, a real registry, real VMs. */
@NullMarked
package dev.kctl.e2e;

import org.jspecify.annotations.NullMarked;
