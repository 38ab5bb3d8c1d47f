/** Containers' networks: what they ask for, what the host does for it, and what they are told. */
@NullMarked
package dev.kctl.engine.network;

import org.jspecify.annotations.NullMarked;
