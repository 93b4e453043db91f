package parley.outages;

import java.util.Optional;
import parley.db.DatabaseFull;
import parley.db.DatabaseUnavailable;
import parley.peers.Peer;
import parley.peers.PeerUnavailable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;
import parley.storage.FullDisk;

/// Maps failures that are neither the caller's fault nor bugs, such as an unavailable service or a
/// full disk, to problems.
public final class Outages {
  private Outages() {}

  /// The problem for a failure; empty for a bug.
  public static Optional<Problem> problem(Throwable failure) {
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

  /// Whether the log already has an entry about the outage. An entry per request would hide
  /// everything else.
  public static boolean isAlreadyLogged(Throwable failure) {
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
