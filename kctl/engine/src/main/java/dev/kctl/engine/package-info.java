/** The engine: containers' life cycle and the Docker Engine API. */
@NullMarked
package dev.kctl.engine;

import org.jspecify.annotations.NullMarked;
