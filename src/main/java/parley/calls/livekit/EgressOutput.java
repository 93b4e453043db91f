package parley.calls.livekit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where egress puts its files.
public sealed interface EgressOutput {
  /// Returns egress's name of a file.
  String file(String name);

  /// Returns the bucket to name in a request; null for a folder.
  @Nullable S3Target s3();

  /// https://docs.livekit.io/reference/other/egress/api/#s3upload
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record S3Target(
      String region,
      String bucket,
      boolean forcePathStyle,
      @Nullable URI endpoint,
      @Nullable String accessKey,
      @Nullable String secret) {
    /// Keeps the keys out of logs.
    @Override
    public String toString() {
      return "bucket " + bucket;
    }
  }

  /// A folder that egress and this server share.
  ///
  /// @param path as egress sees it, without a trailing slash
  record Folder(String path) implements EgressOutput {
    @Override
    public String file(String name) {
      return path + "/" + name;
    }

    @Override
    public @Nullable S3Target s3() {
      return null;
    }
  }

  /// A bucket.
  ///
  /// @param endpoint empty for Amazon's own
  /// @param accessKey empty if egress must find its credentials by itself
  /// @param prefix prefix of all object names
  record Bucket(
      Optional<URI> endpoint,
      String region,
      String name,
      String accessKey,
      String secretKey,
      boolean pathStyle,
      String prefix)
      implements EgressOutput {
    @Override
    public String file(String file) {
      return prefix + file;
    }

    @Override
    public S3Target s3() {
      boolean keys = !accessKey.isEmpty();
      return new S3Target(
          region,
          name,
          pathStyle,
          endpoint.orElse(null),
          keys ? accessKey : null,
          keys ? secretKey : null);
    }

    /// Keeps the keys out of logs.
    @Override
    public String toString() {
      return "bucket " + name;
    }
  }
}
