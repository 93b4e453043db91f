package parley.jobs;

import java.util.Optional;
import java.util.UUID;

/// Names one job; written `job-` and a UUID.
public record JobId(UUID value) {
  private static final String PREFIX = "job-";

  public static JobId random() {
    return new JobId(UUID.randomUUID());
  }

  /// Empty for anything that no job can be named.
  public static Optional<JobId> parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + 36) {
      return Optional.empty();
    }
    try {
      return Optional.of(new JobId(UUID.fromString(text.substring(PREFIX.length()))));
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
