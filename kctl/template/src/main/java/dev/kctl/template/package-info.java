/** Go's text templates, as users of Docker write them behind {@code --format}. */
@NullMarked
package dev.kctl.template;

import org.jspecify.annotations.NullMarked;
