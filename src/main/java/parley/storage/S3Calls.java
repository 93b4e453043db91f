package parley.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Asks S3 and says what a failure means.
final class S3Calls {
  /// The slowest connection to a store that is worth having, in bytes per second.
  private static final long SLOWEST = 1024 * 1024;

  private final S3Settings settings;

  S3Calls(S3Settings settings) {
    this.settings = settings;
  }

  /// Runs one call. Throws [NoSuchFileException] when S3 knows no such thing and
  /// [StorageUnavailable] on any other failure: whatever it is, a refused key or a lost connection,
  /// it is for the operator to mend and not for the one who brought a file.
  <T> T ask(String doing, Supplier<T> call) throws IOException {
    try {
      return call.get();
    } catch (S3Exception answer) {
      if (answer.statusCode() == 404) {
        throw new NoSuchFileException(settings.toString(), null, answer.getMessage());
      }
      throw unavailable(doing, answer);
    } catch (SdkException failure) {
      throw unavailable(doing, failure);
    }
  }

  /// How long a call may take that carries so many bytes.
  AwsRequestOverrideConfiguration withTimeFor(long bytes) {
    Duration whole = settings.answering().plusSeconds(bytes / SLOWEST);
    return AwsRequestOverrideConfiguration.builder().apiCallTimeout(whole).build();
  }

  private StorageUnavailable unavailable(String doing, SdkException failure) {
    return new StorageUnavailable(
        "cannot " + doing + " " + settings + ": " + failure.getMessage(), failure);
  }
}
