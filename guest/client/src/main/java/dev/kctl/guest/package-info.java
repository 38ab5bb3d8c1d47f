/** The host's side of the guest agent: its boot configuration and its channel. */
@NullMarked
package dev.kctl.guest;

import org.jspecify.annotations.NullMarked;
