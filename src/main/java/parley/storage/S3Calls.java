package parley.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.peers.Peer;
import parley.peers.PeerUnavailable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Calls S3 and translates its failures.
final class S3Calls {
  /// The slowest acceptable connection, in bytes per second.
  private static final long MIN_BYTES_PER_SECOND = 1024 * 1024;

  private final S3Settings settings;
  private final @Nullable Peer peer;

  /// @param peer the circuit breaker; null to call S3 even when it is known to be unavailable
  S3Calls(S3Settings settings, @Nullable Peer peer) {
    this.settings = settings;
    this.peer = peer;
  }

  /// Runs a call. Any failure other than a missing object, such as a refused key or a lost
  /// connection, is for the operator to fix and not the fault of whoever uploads a file.
  ///
  /// @param doing what the call does, for the message: "cannot read bucket …"
  /// @throws NoSuchFileException if the object does not exist
  /// @throws StorageUnavailable on any other failure
  <T> T ask(String doing, Supplier<T> call) throws IOException {
    try {
      return peer == null ? call.get() : peer.<T, RuntimeException>call(call::get);
    } catch (PeerUnavailable away) {
      throw new StorageUnavailable("cannot " + doing + " " + settings, away);
    } catch (S3Exception answer) {
      if (answer.statusCode() == 404 && !isWithoutBucket(answer)) {
        throw new NoSuchFileException(settings.toString(), null, answer.getMessage());
      }
      throw unavailable(doing, answer);
    } catch (SdkException | IllegalArgumentException failure) {
      // The SDK throws IllegalArgumentException for responses that are not even HTTP.
      throw unavailable(doing, failure);
    }
  }

  /// Whether nothing can be found because the whole bucket is missing, as when its disk is not
  /// mounted. Answers to HEAD do not tell.
  private static boolean isWithoutBucket(S3Exception answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    return details != null && "NoSuchBucket".equals(details.errorCode());
  }

  /// Sets the timeout of a call that transfers this many bytes.
  AwsRequestOverrideConfiguration withTimeFor(long bytes) {
    Duration whole = settings.answering().plusSeconds(bytes / MIN_BYTES_PER_SECOND);
    return AwsRequestOverrideConfiguration.builder().apiCallTimeout(whole).build();
  }

  private StorageUnavailable unavailable(String doing, RuntimeException failure) {
    return new StorageUnavailable(
        "cannot " + doing + " " + settings + ": " + failure.getMessage(), failure);
  }
}
