package parley.web;

import java.util.Optional;
import parley.db.DatabaseFull;
import parley.db.DatabaseUnavailable;
import parley.peers.Peer;
import parley.peers.PeerUnavailable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;
import parley.storage.FullDisk;

/// What a caller is told of a failure that will pass: that a part of the server is away, or that
/// its disk is full. It is not the caller's fault and not one of the program.
final class ExceptionMapper {
  private ExceptionMapper() {}

  /// The refusal; empty for a failure of the program.
  static Optional<Problem> problem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ServiceUnavailable away -> {
          return Optional.of(away.problem());
        }
        case DatabaseUnavailable away -> {
          return Optional.of(unavailable());
        }
        case DatabaseFull full -> {
          return Optional.of(full());
        }
        default -> {
          if (FullDisk.isCause(cause)) {
            return Optional.of(full());
          }
          if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
            return Optional.of(unavailable());
          }
        }
      }
    }
    return Optional.empty();
  }

  /// Whether the log has told already that a part is away: then a line for each request would only
  /// hide what else happens.
  static boolean isAlreadyLogged(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PeerUnavailable) {
        return true;
      }
    }
    return false;
  }

  private static Problem unavailable() {
    return new Problem(ProblemCode.UNAVAILABLE, "The server cannot work right now; try again.")
        .retryAfter(Peer.RETRY_AFTER);
  }

  private static Problem full() {
    return new Problem(ProblemCode.STORAGE_FULL, "The server's disk is full.");
  }
}
