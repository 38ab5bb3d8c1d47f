package dev.kctl.engine;

import dev.kctl.engine.network.NetworkRefusal;

/** What a request is answered with instead of its result; the message is printed by the client. */
abstract sealed class EngineException extends RuntimeException {
  private EngineException(String message, Throwable cause) {
    super(message, cause);
  }

  private EngineException(String message) {
    super(message);
  }

  /** The HTTP status that Docker's clients expect for this. */
  abstract int status();

  /** A parameter, body or field that cannot be used (400). */
  static final class InvalidParameter extends EngineException {
    InvalidParameter(String message) {
      super(message);
    }

    InvalidParameter(String message, Throwable cause) {
      super(message, cause);
    }

    @Override
    int status() {
      return 400;
    }
  }

  /** No container has this id, name or unique id prefix (404). */
  static final class NoSuchContainer extends EngineException {
    NoSuchContainer(String reference) {
      super("No such container: " + reference);
    }

    @Override
    int status() {
      return 404;
    }
  }

  /** The image is not in the local store (404; the text makes clients pull). */
  static final class NoSuchImage extends EngineException {
    NoSuchImage(String reference) {
      super("No such image: " + reference);
    }

    @Override
    int status() {
      return 404;
    }
  }

  /** A path of a container at which there is nothing (404). */
  static final class NoSuchFile extends EngineException {
    NoSuchFile(String message) {
      super(message);
    }

    @Override
    int status() {
      return 404;
    }
  }

  /** No exec has this id, or it was forgotten some time after its end (404). */
  static final class NoSuchExec extends EngineException {
    NoSuchExec(String id) {
      super("No such exec instance: " + id);
    }

    @Override
    int status() {
      return 404;
    }
  }

  /** What the container was made not to allow: writing to a read-only root (403). */
  static final class Forbidden extends EngineException {
    Forbidden(String message) {
      super(message);
    }

    @Override
    int status() {
      return 403;
    }
  }

  /** No route of this method and path (404, also for a wrong method, as dockerd answers). */
  static final class PageNotFound extends EngineException {
    PageNotFound() {
      super("page not found");
    }

    @Override
    int status() {
      return 404;
    }
  }

  /** The object's state forbids it: name taken, running, not running, in use (409). */
  static final class Conflict extends EngineException {
    Conflict(String message) {
      super(message);
    }

    @Override
    int status() {
      return 409;
    }
  }

  /** Already started or already stopped (304, no body). */
  static final class NotModified extends EngineException {
    NotModified(String message) {
      super(message);
    }

    @Override
    int status() {
      return 304;
    }
  }

  /** A registry or the image store refused; the status is chosen by the kind of failure. */
  static final class ImageFailed extends EngineException {
    private final int status;

    ImageFailed(int status, String message, Throwable cause) {
      super(message, cause);
      this.status = status;
    }

    @Override
    int status() {
      return status;
    }
  }

  /** Something of networks; the status is chosen by the kind of failure. */
  static final class NetworkFailed extends EngineException {
    private final int status;

    NetworkFailed(NetworkRefusal cause) {
      super(String.valueOf(cause.getMessage()), cause);
      this.status = cause.status();
    }

    @Override
    int status() {
      return status;
    }
  }

  /** The container could not be started; the text tells the client 126, 127 or 125. */
  static final class StartFailed extends EngineException {
    private final int status;
    private final int exitCode;
    private final Cause why;

    StartFailed(int status, int exitCode, String message) {
      this(status, exitCode, Cause.ofStart(exitCode), message);
    }

    StartFailed(int status, int exitCode, Cause why, String message) {
      super(message);
      this.status = status;
      this.exitCode = exitCode;
      this.why = why;
    }

    @Override
    int status() {
      return status;
    }

    int exitCode() {
      return exitCode;
    }

    Cause why() {
      return why;
    }
  }

  /** The engine itself cannot do it now: leaving, no space, a broken file (500). */
  static final class Failed extends EngineException {
    Failed(String message) {
      super(message);
    }

    Failed(String message, Throwable cause) {
      super(message, cause);
    }

    @Override
    int status() {
      return 500;
    }
  }
}
