package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;

/// Deliveries in the bucket of the blobs, with the same prefix. S3 shows objects only once they are
/// complete.
public final class S3Deliveries implements Deliveries, AutoCloseable {
  private final S3Settings settings;
  private final S3Calls calls;
  private final S3Client client;

  private S3Deliveries(S3Settings settings, S3Calls calls, S3Client client) {
    this.settings = settings;
    this.calls = calls;
    this.client = client;
  }

  /// Creates an instance without contacting S3. The caller closes it.
  public static S3Deliveries at(S3Settings settings) {
    return new S3Deliveries(settings, new S3Calls(settings, null), S3Connection.client(settings));
  }

  /// The blob store checks the same bucket.
  @Override
  public void check() {}

  @Override
  public void prepare(String name) {}

  @Override
  public boolean showsUnfinished() {
    return false;
  }

  @Override
  public Optional<Delivery> find(String name) throws IOException {
    try {
      long size =
          calls
              .ask(
                  "look for",
                  () -> client.headObject(head -> head.bucket(settings.bucket()).key(key(name))))
              .contentLength();
      return Optional.of(new Delivery(size, true));
    } catch (NoSuchFileException absent) {
      requireBucket();
      return Optional.empty();
    }
  }

  /// Nothing is found in a bucket that is missing, and yet nothing is lost.
  private void requireBucket() throws IOException {
    try {
      calls.ask("see", () -> client.headBucket(head -> head.bucket(settings.bucket())));
    } catch (NoSuchFileException absent) {
      throw new StorageUnavailable("there is no " + settings, absent);
    }
  }

  @Override
  public InputStream read(String name, long size) throws IOException {
    var bytes =
        calls.ask(
            "read", () -> client.getObject(get -> get.bucket(settings.bucket()).key(key(name))));
    return new S3Stream(bytes, size);
  }

  @Override
  public void remove(String name) throws IOException {
    calls.ask(
        "remove", () -> client.deleteObject(gone -> gone.bucket(settings.bucket()).key(key(name))));
  }

  @Override
  public void close() {
    client.close();
  }

  private String key(String name) {
    return settings.prefix() + name;
  }
}
