package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.speech.decoding.SampleSink;
import parley.speech.decoding.SoundDecoder;

/// One stream of sound and the captions made of it: bytes → [SoundDecoder] → [MeteredSound] →
/// [SpeechPieces] → [LiveRecogniser] → [Captions] → [Audience]. Each knows only the next one, and
/// blocks while that has too much to do. Where speakers are distinguished, [StreamSpeakers] hears
/// the same sound as [SpeechPieces], and [LiveRecogniser] asks it whose the captions are. Bytes are
/// taken from one thread; the stream may be ended from any.
final class LiveStream {
  private final Captioners.Chosen chosen;
  private final SoundDecoder decoder;
  private final MeteredSound sound;
  private final SpeechPieces pieces;
  private final LiveRecogniser recogniser;
  private final @Nullable StreamSpeakers speakers;
  private final Consumer<Problem> onFailure;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicReference<@Nullable Problem> failure = new AtomicReference<>();

  /// What a stream needs besides its decoder.
  ///
  /// @param speakers null where they are not distinguished; closed with the stream once it is open
  /// @param open what the client asked for
  /// @param tally is told now and then how much was heard
  /// @param onFailure told once, on any thread, why the stream cannot go on
  record Parts(
      Captioners.Chosen chosen,
      @Nullable StreamSpeakers speakers,
      Control.Open open,
      Duration maxAudio,
      MeteredSound.Tally tally,
      Audience audience,
      Consumer<Problem> onFailure) {}

  /// Makes a stream that works from now on; it is to be closed in any case.
  static LiveStream open(Parts parts, Captioners captioners) throws IOException {
    return new LiveStream(parts, captioners);
  }

  private LiveStream(Parts parts, Captioners captioners) throws IOException {
    this.chosen = parts.chosen();
    this.speakers = parts.speakers();
    SoundClock clock = new SoundClock();
    this.onFailure = parts.onFailure();
    this.recogniser =
        new LiveRecogniser(
            chosen,
            parts.speakers(),
            parts.open().language(),
            clock,
            new Captions(clock, parts.open().words(), parts.audience()),
            this::fail);
    this.pieces =
        new SpeechPieces(
            chosen.engine().segment(chosen.segmentation(parts.open().language())),
            chosen,
            clock,
            new SpeechEvents(parts.open().utterancePause()),
            recogniser);
    this.sound = new MeteredSound(sink(), parts.maxAudio(), parts.tally(), this::fail);
    try {
      this.decoder = captioners.decoder(parts.open().media(), sound);
    } catch (IOException | RuntimeException e) {
      pieces.close();
      throw e;
    }
    recogniser.start();
    if (speakers != null) {
      speakers.start();
    }
  }

  private SampleSink sink() {
    return speakers == null
        ? pieces
        : (block, count) -> {
          speakers.take(block, count);
          pieces.take(block, count);
        };
  }

  /// How its captions are made.
  Captioners.Chosen chosen() {
    return chosen;
  }

  /// How many bytes of sound came.
  long bytes() {
    return bytes.get();
  }

  /// How much audio was heard.
  Duration audio() {
    return sound.audio();
  }

  /// ISO 639-1; null until it is known.
  @Nullable String language() {
    return recogniser.language();
  }

  /// Takes the next bytes of sound; blocks while there is too much to do.
  void write(ByteBuffer next) throws IOException {
    bytes.addAndGet(next.remaining());
    if (!sound.isStopped()) {
      decoder.write(next);
    }
  }

  /// Makes final captions of what was said so far.
  ///
  /// @param exactly false to listen a moment longer to who has just begun to speak
  void flush(boolean exactly) throws IOException {
    try {
      if (!sound.isStopped()) {
        decoder.settle();
      }
    } catch (InterruptedException e) {
      // Flushes what is here.
      Thread.currentThread().interrupt();
    }
    pieces.flush(exactly);
  }

  /// Hears no more, and returns when everything heard has its final captions.
  ///
  /// @throws Problem when something has none; also where `onFailure` was told of that already
  void finish() throws IOException, InterruptedException {
    try {
      decoder.end();
    } finally {
      sound.stop();
      pieces.finish();
      recogniser.join();
    }
    Problem wrong = failure.get();
    if (wrong != null) {
      throw wrong;
    }
  }

  /// Hears no more and drops what has no final captions; never blocks for long.
  void abandon() {
    sound.stop();
    recogniser.abandon();
    decoder.close();
  }

  /// Waits for what still works, and lets go of everything. To be called last.
  void close() throws InterruptedException {
    try {
      recogniser.complete();
      decoder.close();
      recogniser.join();
      pieces.close();
    } finally {
      if (speakers != null) {
        speakers.close();
      }
    }
  }

  private void fail(Problem problem) {
    if (failure.compareAndSet(null, problem)) {
      sound.stop();
      onFailure.accept(problem);
    }
  }
}
