package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The stream of a connection, if one is open: its admission, its place on the meter, its end. One
/// after the other may be opened. To be used while something that came is worked on, except
/// [#abandon].
final class SocketStream {
  private final LiveStreams streams;
  private final LiveSocket socket;
  private final Audience audience;
  private final Consumer<Problem> onFailure;

  /// Names the stream on the meter.
  private UUID id = UUID.randomUUID();

  private volatile @Nullable LiveStream stream;

  /// @param onFailure told, on any thread, why the stream cannot go on
  SocketStream(
      LiveStreams streams, LiveSocket socket, Audience audience, Consumer<Problem> onFailure) {
    this.streams = streams;
    this.socket = socket;
    this.audience = audience;
    this.onFailure = onFailure;
  }

  /// Opens a stream.
  ///
  /// @throws Problem as [LiveStreams#admit], and VALIDATION if one is open already
  void open(Control.Open open) throws IOException {
    if (stream != null) {
      throw new Problem(ProblemCode.VALIDATION, "The stream is open already.");
    }
    Caller caller = socket.caller();
    UUID opened = id;
    LiveStreams.Admission admission = streams.admit(socket, caller, open);
    Captioners.Chosen chosen = admission.chosen();
    StreamSpeakers speakers = null;
    try {
      if (admission.diarisation().isPresent()) {
        speakers = streams.captioners().speakers(admission.diarisation().get(), caller, opened);
      }
      stream =
          LiveStream.open(
              new LiveStream.Parts(
                  chosen,
                  speakers,
                  open,
                  streams.limits().maxAudio(),
                  audio ->
                      streams.meter(
                          streams.call(caller, opened, chosen, audio, Duration.ZERO), chosen),
                  audience,
                  onFailure),
              streams.captioners());
      boolean _ = audience.show(new LiveFrame.Ready(chosen.backend(), chosen.model(), opened));
    } finally {
      if (stream == null) {
        streams.ended(socket, null);
        if (speakers != null) {
          speakers.close();
        }
      }
    }
  }

  /// Passes sound on; blocks while there is too much to do.
  void write(ByteBuffer sound) throws IOException {
    opened().write(sound);
  }

  /// Makes final captions of what was said so far, see [LiveStream#flush].
  void flush(boolean exactly) throws IOException {
    opened().flush(exactly);
  }

  private LiveStream opened() {
    LiveStream now = stream;
    if (now == null) {
      throw new Problem(
          ProblemCode.VALIDATION, "The first message is {\"type\": \"open\", \"media_type\": …}.");
    }
    return now;
  }

  /// Drops what has no final captions, because nobody reads them any more; also while the stream is
  /// being ended.
  void abandon() {
    LiveStream now = stream;
    if (now != null) {
      now.abandon();
    }
  }

  /// How the end of a stream begins.
  interface Finishing {
    void finish(LiveStream stream) throws IOException, InterruptedException;
  }

  /// Ends the stream, if one is open, so that another one can be opened.
  void end() throws IOException {
    try {
      Problem fault = finish(LiveStream::finish);
      stream = null;
      id = UUID.randomUUID();
      if (fault != null) {
        throw fault;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Waits for the last final captions, and meters.
  ///
  /// @return what went wrong; null if nothing did
  @Nullable Problem finish(Finishing finishing) throws InterruptedException {
    LiveStream now = stream;
    if (now == null) {
      return null;
    }
    long began = System.nanoTime();
    try {
      finishing.finish(now);
      return null;
    } catch (Problem wrong) {
      return wrong;
    } catch (IOException | RuntimeException fault) {
      return LiveFaults.problem(fault);
    } finally {
      now.close();
      Duration audio = now.audio();
      Duration latency = Duration.ofNanos(System.nanoTime() - began);
      streams.ended(
          socket,
          audio.isZero() ? null : streams.call(socket.caller(), id, now.chosen(), audio, latency));
    }
  }

  /// The last message of a connection whose stream has ended well, or that never had one.
  LiveFrame closed() {
    LiveStream now = stream;
    return now == null
        ? new LiveFrame.Closed(0, Duration.ZERO, null)
        : new LiveFrame.Closed(now.bytes(), now.audio(), now.language());
  }
}
