package parley.jobs;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// The id of a job; written `job-` and a UUID.
public record JobId(UUID value) implements TypedId {
  private static final String PREFIX = "job-";

  public static JobId random() {
    return new JobId(UUID.randomUUID());
  }

  /// Empty for an invalid id.
  public static Optional<JobId> parse(String text) {
    return TypedId.parse(text, PREFIX, JobId::new);
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
