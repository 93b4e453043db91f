package parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// The storage for the content of files.
public record StorageConfig(
    @Setting(
            value =
                "\"local\": in the folder blobs inside server.data_dir. \"s3\": in a bucket of"
                    + " any server that speaks the S3 protocol; needed for more than one node, and"
                    + " for recording calls without calls.recordings_folder. Changing this does not"
                    + " move files.",
            defaultValue = "local")
        Kind kind,
    @Setting(
            "The URL of the S3 server, such as https://s3.example.org. If empty, AWS in"
                + " storage.region.")
        Optional<URI> endpoint,
    @Setting(
            "The URL at which clients that follow signed links reach the S3 server, if it"
                + " differs from storage.endpoint.")
        Optional<URI> publicEndpoint,
    @Setting(value = "The region of the bucket.", defaultValue = "us-east-1") String region,
    @Setting("The bucket, which must exist.") String bucket,
    @Setting(
            "The access key. If empty, credentials are found as by AWS tools: in the"
                + " environment or from the machine's role.")
        String accessKey,
    @Setting("The secret key. Prefer PARLEY_STORAGE_SECRET_KEY to a file.") Secret secretKey,
    @Setting(
            value =
                "Whether the bucket's name is part of the path (true) or of the host name"
                    + " (false).",
            defaultValue = "true")
        boolean pathStyle,
    @Setting("A prefix for the names of all objects in the bucket, such as parley/.") String prefix,
    @Setting(
            value = "How long connecting to the S3 server may take.",
            defaultValue = "3",
            range = {1, 60})
        Duration connecting,
    @Setting(
            value =
                "How long the S3 server may take to respond, in addition to the time for"
                    + " transferring the bytes.",
            defaultValue = "10",
            range = {1, 600})
        Duration answering) {
  /// The kind of storage.
  public enum Kind {
    LOCAL,
    S3
  }
}
