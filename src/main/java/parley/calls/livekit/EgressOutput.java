package parley.calls.livekit;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Where egress puts its files.
public sealed interface EgressOutput {
  /// What egress calls a file of this name.
  String file(String name);

  /// What a request says of the place, besides the file's name.
  Map<String, Object> place();

  /// A folder that egress and this server share.
  ///
  /// @param path as egress sees it, without a slash at its end
  record Folder(String path) implements EgressOutput {
    @Override
    public String file(String name) {
      return path + "/" + name;
    }

    @Override
    public Map<String, Object> place() {
      return Map.of();
    }
  }

  /// A bucket.
  ///
  /// @param endpoint empty for Amazon's own
  /// @param accessKey empty when egress has to find its credentials by itself
  /// @param prefix what the names of all objects begin with
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

    /// https://docs.livekit.io/reference/other/egress/api/#s3upload
    @Override
    public Map<String, Object> place() {
      Map<String, Object> upload = new LinkedHashMap<>();
      upload.put("region", region);
      upload.put("bucket", name);
      upload.put("force_path_style", pathStyle);
      endpoint.ifPresent(address -> upload.put("endpoint", address.toString()));
      if (!accessKey.isEmpty()) {
        upload.put("access_key", accessKey);
        upload.put("secret", secretKey);
      }
      return Map.of("s3", upload);
    }

    /// Hides the keys from logs.
    @Override
    public String toString() {
      return "bucket " + name;
    }
  }
}
