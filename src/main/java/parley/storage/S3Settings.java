package parley.storage;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// The connection to an S3 bucket.
///
/// @param endpoint the server's URL; empty for Amazon's in the region
/// @param publicEndpoint the server's URL for clients that follow links; empty if it is the same
/// @param accessKey empty for the credentials that the AWS SDK finds in its environment
/// @param pathStyle whether the bucket's name is part of the path rather than of the host name
/// @param prefix of all objects' names; empty or ending with a slash
/// @param connecting the timeout of a connection attempt
/// @param answering the timeout of a response, in addition to the time for transferring bytes
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
