package parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// The storage for the content of files.
public record StorageConfig(
    @Setting(
            value =
                "\"local\": in the folder blobs inside server.data_dir. \"s3\": in a bucket of any"
                    + " server that speaks the S3 protocol; needed for more than one node, and to record"
                    + " calls without calls.recordings_folder. Files are not moved when this is"
                    + " changed.",
            byDefault = "local")
        Kind kind,
    @Setting(
            "The address of the S3 server, as in https://s3.example.org. Empty: Amazon's own in"
                + " storage.region.")
        Optional<URI> endpoint,
    @Setting(
            "Where those who follow signed links reach the S3 server, when that is not"
                + " storage.endpoint.")
        Optional<URI> publicEndpoint,
    @Setting(value = "The region of the bucket.", byDefault = "us-east-1") String region,
    @Setting("The bucket, which has to be there.") String bucket,
    @Setting(
            "The access key. Empty: as Amazon's tools find theirs, in the environment or from the"
                + " machine's role.")
        String accessKey,
    @Setting("The secret key. Better set as PARLEY_STORAGE_SECRET_KEY than in a file.")
        Secret secretKey,
    @Setting(
            value =
                "Whether the bucket's name is part of the path (true) or of the host's name (false).",
            byDefault = "true")
        boolean pathStyle,
    @Setting("What the names of all objects in the bucket begin with, as in parley/.")
        String prefix,
    @Setting(
            value = "How long a connection to the S3 server may take.",
            byDefault = "3",
            least = 1,
            most = 60)
        Duration connecting,
    @Setting(
            value =
                "How long the S3 server may take to answer, beyond the time that the bytes"
                    + " themselves need.",
            byDefault = "10",
            least = 1,
            most = 600)
        Duration answering) {
  /// The kind of storage.
  public enum Kind {
    LOCAL,
    S3
  }
}
