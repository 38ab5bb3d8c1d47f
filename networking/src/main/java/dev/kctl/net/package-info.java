/** Networks: addresses, links, packet filter, published ports and names. */
@NullMarked
package dev.kctl.net;

import org.jspecify.annotations.NullMarked;
