package parley.speech.live;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.outages.Outages;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// What a stream's client is told when the fault is ours.
final class LiveFaults {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFaults.class);

  private LiveFaults() {}

  /// Logs the fault; tells what is away where that is why.
  static Problem problem(Exception fault) {
    Optional<Problem> outage = Outages.problem(fault);
    if (outage.isPresent()) {
      LOG.warn("a stream has to end: {}", fault.toString());
      return outage.get();
    }
    LOG.error("a stream failed", fault);
    return new Problem(ProblemCode.INTERNAL, "The server failed.");
  }
}
