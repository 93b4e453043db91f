package parley.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import parley.config.StorageConfig;
import parley.storage.BlobStore;
import parley.storage.LocalBlobStore;
import parley.storage.S3BlobStore;
import parley.storage.S3Settings;

/// Opens the store that a configuration names.
final class OpenStore {
  private OpenStore() {}

  /// The store, seen to work.
  ///
  /// @throws IOException with a message for the operator when it does not
  static BlobStore start(StorageConfig config, Path dataDirectory, CloseStack opened)
      throws IOException {
    return switch (config.kind()) {
      case LOCAL -> {
        LocalBlobStore local = new LocalBlobStore(dataDirectory.resolve("blobs"));
        local.check();
        yield local;
      }
      case S3 -> {
        S3BlobStore s3 = opened.add(S3BlobStore.at(settings(config)));
        s3.checkWriting();
        yield s3;
      }
    };
  }

  /// How the store is, for those who ask whether the node can work.
  static Supplier<String> state(BlobStore store) {
    return () -> {
      try {
        store.check();
        return "ok";
      } catch (IOException unavailable) {
        throw new UncheckedIOException(unavailable);
      }
    };
  }

  static S3Settings settings(StorageConfig config) {
    String prefix = config.prefix();
    return new S3Settings(
        config.endpoint(),
        config.publicEndpoint(),
        config.region(),
        config.bucket(),
        config.accessKey(),
        config.secretKey().value(),
        config.pathStyle(),
        prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
        config.connecting(),
        config.answering());
  }
}
