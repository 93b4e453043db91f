package parley.nodes;

import java.time.Instant;
import java.util.List;

/// A running server, as JSON of the admin API.
///
/// @param name the same at every start of this data directory
/// @param liveStreams the captions it is writing
/// @param seenAt when it last said that it runs
public record Node(
    String name, List<String> roles, int liveStreams, Instant startedAt, Instant seenAt) {
  public Node {
    roles = List.copyOf(roles);
  }
}
