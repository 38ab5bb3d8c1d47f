package dev.kctl.image;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an image wants to be run: the {@code config} object of its configuration.
 *
 * @param entrypoint absent (null) and empty are different: only an empty list clears a base's
 * @param cmd absent (null) where the image has none
 * @param env {@code KEY=value} each
 * @param workingDir empty where the image has none
 * @param user empty where the image has none: root
 * @param labels in the image's order
 * @param exposedPorts {@code 80/tcp} each
 * @param stopSignal absent where the image has none: SIGTERM
 */
public record ImageConfig(
    @Nullable List<String> entrypoint,
    @Nullable List<String> cmd,
    List<String> env,
    String workingDir,
    String user,
    Map<String, String> labels,
    Set<String> exposedPorts,
    Set<String> volumes,
    @Nullable String stopSignal) {}
