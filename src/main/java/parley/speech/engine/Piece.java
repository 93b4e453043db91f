package parley.speech.engine;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A stretch of audio that is recognised as a unit.
public final class Piece {
  private static final double RATE = 16_000;

  /// Less than the gap between two words, in seconds.
  private static final double CUT = 0.1;

  /// A time range, in seconds from the start of the piece.
  public record Span(double start, double end) {
    public double length() {
      return end - start;
    }
  }

  private final long start;
  private final float[] samples;
  private final List<Span> speech;

  /// Creates a piece that takes ownership of the array.
  ///
  /// @param start position of the first sample, in samples from the start of the recording
  /// @param samples the audio, including a margin around the speech
  /// @param speech where somebody speaks, in order, at least one
  Piece(long start, float[] samples, List<Span> speech) {
    this.start = start;
    this.samples = samples;
    this.speech = List.copyOf(speech);
  }

  /// Returns a copy of the samples from a time on, at 16 kHz.
  public float[] samplesFrom(double seconds) {
    return Arrays.copyOfRange(samples, (int) (seconds * RATE), samples.length);
  }

  /// Returns the number of samples.
  int length() {
    return samples.length;
  }

  /// Copies the samples to the beginning of a buffer.
  void copyTo(FloatBuffer buffer) {
    buffer.put(0, samples);
  }

  /// The position of the first sample, in samples from the start of the recording.
  long start() {
    return start;
  }

  /// The position after the last sample, in samples from the start of the recording.
  long end() {
    return start + samples.length;
  }

  /// Copies the samples to their place in a window that starts at sample `from` of the recording
  /// and contains the whole piece.
  void copyTo(float[] window, long from) {
    System.arraycopy(samples, 0, window, (int) (start - from), samples.length);
  }

  /// Where somebody speaks, in order.
  public List<Span> speech() {
    return speech;
  }

  /// Returns the speech, merged across pauses shorter than `pause` seconds.
  List<Span> stretches(double pause) {
    List<Span> stretches = new ArrayList<>();
    for (Span span : speech) {
      if (!stretches.isEmpty() && span.start() - stretches.getLast().end() < pause) {
        stretches.add(new Span(stretches.removeLast().start(), span.end()));
      } else {
        stretches.add(span);
      }
    }
    return stretches;
  }

  /// Returns the duration in seconds.
  public double seconds() {
    return samples.length / RATE;
  }

  /// Returns the start, in seconds from the start of the recording.
  public double startSeconds() {
    return start / RATE;
  }

  /// Returns when the speech starts, in seconds from the start of the recording.
  public double speechStart() {
    return startSeconds() + speech.getFirst().start();
  }

  /// Returns when the speech ends, in seconds from the start of the recording.
  public double speechEnd() {
    return startSeconds() + speech.getLast().end();
  }

  /// Returns the end, in seconds from the start of the recording.
  public double endSeconds() {
    return startSeconds() + seconds();
  }

  /// Whether it ends while somebody speaks, perhaps in the middle of a word.
  boolean isCutOff() {
    return seconds() - speech.getLast().end() < CUT;
  }

  /// Whether it begins where another one was cut off.
  boolean continues(Piece before) {
    return before.isCutOff()
        && start >= before.end()
        && startSeconds() - before.endSeconds() < CUT
        && speechStart() - before.speechEnd() < CUT;
  }

  /// Returns the total duration of speech, in seconds.
  public double spoken() {
    return speech.stream().mapToDouble(Span::length).sum();
  }

  /// Returns the duration of speech after a time, in seconds.
  double spokenAfter(double time) {
    return speech.stream()
        .mapToDouble(span -> Math.max(0, span.end() - Math.max(time, span.start())))
        .sum();
  }

  /// Returns the part between two times, with its speech; both in seconds from the start of the
  /// piece.
  Piece part(double from, double to) {
    int first = (int) (from * RATE);
    int last = Math.min(samples.length, (int) Math.ceil(to * RATE));
    double shift = first / RATE;
    List<Span> inside = new ArrayList<>();
    for (Span span : speech) {
      if (span.end() > from && span.start() < to) {
        inside.add(
            new Span(Math.max(from, span.start()) - shift, Math.min(to, span.end()) - shift));
      }
    }
    return new Piece(start + first, Arrays.copyOfRange(samples, first, last), inside);
  }
}
