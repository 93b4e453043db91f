package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.decoding.WavHeader;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.PartialResult;
import parley.speech.engine.Piece;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Segment;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;
import parley.speech.transcript.Word;
import parley.storage.Spool;
import parley.storage.SpoolFile;

/// Sends each piece to the relay, as a small WAV.
record RelayedFinals(Transcriber relay, Keyterms keyterms, @Nullable String prompt, Spool spool)
    implements FinalRecogniser {
  private static final int RATE = 16_000;

  /// Ends the wait for the relay; not the relay's failure, which may be in time for files.
  private static final class TooSlow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooSlow() {
      super("too slow for a caption", null, false, false);
    }
  }

  @Override
  public LiveEngine.Written recognise(
      Piece piece,
      @Nullable String language,
      Duration patience,
      @Nullable PartialResult last,
      BooleanSupplier unwanted)
      throws IOException {
    long began = System.nanoTime();
    byte[] wav = wav(piece.samplesFrom(0));
    try (SpoolFile file = spool.receive()) {
      file.write(wav, 0, wav.length);
      Transcript transcript =
          relay.transcribe(
              file.path(),
              new SpeechOptions(language, null, null, keyterms, prompt),
              share -> {
                if (unwanted.getAsBoolean()) {
                  throw new CancellationException("nobody takes the text any more");
                }
                if (System.nanoTime() - began > patience.toNanos()) {
                  throw new TooSlow();
                }
              });
      return new LiveEngine.Written(
          transcript.segments().stream().map(segment -> shifted(segment, piece)).toList(),
          transcript.language());
    } catch (TooSlow late) {
      throw new Problem(ProblemCode.BACKEND_TIMEOUT, "The relay was too slow for a caption.");
    }
  }

  /// The segment in the time of the stream; nothing is said outside the piece's own speech,
  /// whatever the other server thinks.
  private static Segment shifted(Segment segment, Piece piece) {
    double start = within(segment.start(), piece);
    double end = Math.max(start, within(segment.end(), piece));
    return new Segment(
        start,
        end,
        segment.text(),
        segment.words().stream().map(word -> shifted(word, piece)).toList(),
        List.of(),
        segment.confidence());
  }

  private static Word shifted(Word word, Piece piece) {
    double start = within(word.start(), piece);
    return word.at(start, Math.max(start, within(word.end(), piece)));
  }

  private static double within(double seconds, Piece piece) {
    return Math.clamp(piece.startSeconds() + seconds, piece.speechStart(), piece.speechEnd());
  }

  private static byte[] wav(float[] samples) {
    int bytes = samples.length * Short.BYTES;
    ByteBuffer wav =
        ByteBuffer.allocate(WavHeader.WRITTEN_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN);
    wav.put(WavHeader.ofSamples(RATE, bytes));
    for (float sample : samples) {
      wav.putShort((short) Math.round(sample * 32_767));
    }
    return wav.array();
  }
}
