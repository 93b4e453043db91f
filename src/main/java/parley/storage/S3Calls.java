package parley.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.peers.Peer;
import parley.peers.PeerUnavailable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Asks S3 and says what a failure means.
final class S3Calls {
  /// The slowest connection to a store that is worth having, in bytes per second.
  private static final long SLOWEST = 1024 * 1024;

  private final S3Settings settings;
  private final @Nullable Peer peer;

  /// @param peer the store as something that may be away; null to ask it whatever is known of it
  S3Calls(S3Settings settings, @Nullable Peer peer) {
    this.settings = settings;
    this.peer = peer;
  }

  /// Runs one call. Throws [NoSuchFileException] when S3 knows no such thing and
  /// [StorageUnavailable] on any other failure: whatever it is, a refused key or a lost connection,
  /// it is for the operator to mend and not for the one who brought a file.
  <T> T ask(String doing, Supplier<T> call) throws IOException {
    try {
      return peer == null ? call.get() : peer.<T, RuntimeException>call(call::get);
    } catch (PeerUnavailable away) {
      throw new StorageUnavailable("cannot " + doing + " " + settings, away);
    } catch (S3Exception answer) {
      if (answer.statusCode() == 404) {
        throw new NoSuchFileException(settings.toString(), null, answer.getMessage());
      }
      throw unavailable(doing, answer);
    } catch (SdkException | IllegalArgumentException failure) {
      // The latter is what the SDK says of an answer that is not even HTTP.
      throw unavailable(doing, failure);
    }
  }

  /// How long a call that carries this many bytes may take.
  AwsRequestOverrideConfiguration withTimeFor(long bytes) {
    Duration whole = settings.answering().plusSeconds(bytes / SLOWEST);
    return AwsRequestOverrideConfiguration.builder().apiCallTimeout(whole).build();
  }

  private StorageUnavailable unavailable(String doing, RuntimeException failure) {
    return new StorageUnavailable(
        "cannot " + doing + " " + settings + ": " + failure.getMessage(), failure);
  }
}
