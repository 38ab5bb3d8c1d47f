/** Images: registries, the content store, and layers as EROFS images. */
@NullMarked
package dev.kctl.image;

import org.jspecify.annotations.NullMarked;
