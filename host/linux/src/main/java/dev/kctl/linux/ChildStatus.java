package dev.kctl.linux;

import java.util.Optional;

/** What the keeper knows of one child; {@code exit} is empty while it runs. */
public record ChildStatus(String id, long pid, long startTime, Optional<ChildExit> exit) {}
