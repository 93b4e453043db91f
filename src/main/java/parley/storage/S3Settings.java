package parley.storage;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Which S3 holds the contents, and how patiently it is asked.
///
/// @param endpoint where it listens; empty for Amazon's own in the region
/// @param publicEndpoint where those who follow links reach it; empty when that is the same
/// @param accessKey empty to take the credentials from the surroundings, as Amazon's SDK finds them
/// @param pathStyle whether the bucket's name is part of the path and not of the host's name
/// @param prefix what the names of all objects begin with; empty or ending with a slash
/// @param connecting how long a connection may take
/// @param answering how long an answer may take, beyond the time that the bytes themselves need
public record S3Settings(
    Optional<URI> endpoint,
    Optional<URI> publicEndpoint,
    String region,
    String bucket,
    String accessKey,
    String secretKey,
    boolean pathStyle,
    String prefix,
    Duration connecting,
    Duration answering) {

  /// Hides the keys from logs.
  @Override
  public String toString() {
    return "bucket " + bucket + endpoint.map(address -> " at " + address).orElse("");
  }
}
