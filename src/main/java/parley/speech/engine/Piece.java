package parley.speech.engine;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A stretch of the recording that is recognised at once.
public final class Piece {
  private static final double RATE = 16_000;

  /// Seconds from the start of the piece.
  public record Span(double start, double end) {
    public double length() {
      return end - start;
    }
  }

  private final long start;
  private final float[] samples;
  private final List<Span> speech;

  /// A piece that takes over the array.
  ///
  /// @param start of the first sample, in samples from the start of the recording
  /// @param samples the sound, a little silence around the speech included
  /// @param speech where in the piece somebody speaks, in order, at least one
  Piece(long start, float[] samples, List<Span> speech) {
    this.start = start;
    this.samples = samples;
    this.speech = List.copyOf(speech);
  }

  /// The sound from some second on, at 16 kHz.
  public float[] samplesFrom(double seconds) {
    return Arrays.copyOfRange(samples, (int) (seconds * RATE), samples.length);
  }

  /// How many samples it has.
  int length() {
    return samples.length;
  }

  /// Puts the sound at the beginning of a buffer.
  void copyTo(FloatBuffer buffer) {
    buffer.put(0, samples);
  }

  /// Of the first sample, in samples from the start of the recording.
  long start() {
    return start;
  }

  /// Of the sample after the last, in samples from the start of the recording.
  long end() {
    return start + samples.length;
  }

  /// Puts the sound in its place in a window that begins at sample `from` of the recording and
  /// holds the whole piece.
  void copyTo(float[] window, long from) {
    System.arraycopy(samples, 0, window, (int) (start - from), samples.length);
  }

  /// Where in the piece somebody speaks.
  public List<Span> speech() {
    return speech;
  }

  /// Where in the piece somebody speaks, across pauses shorter than `pause` seconds.
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

  /// How long it is, in seconds.
  public double seconds() {
    return samples.length / RATE;
  }

  /// Seconds from the start of the recording.
  public double startSeconds() {
    return start / RATE;
  }

  /// Seconds from the start of the recording at which somebody begins to speak.
  public double speechStart() {
    return startSeconds() + speech.getFirst().start();
  }

  /// Seconds from the start of the recording up to which somebody speaks.
  public double speechEnd() {
    return startSeconds() + speech.getLast().end();
  }

  /// Seconds from the start of the recording at which its sound ends.
  public double endSeconds() {
    return startSeconds() + seconds();
  }

  /// Seconds of speech in it.
  public double spoken() {
    return speech.stream().mapToDouble(Span::length).sum();
  }

  /// Seconds of speech in it after some second.
  double spokenAfter(double time) {
    return speech.stream()
        .mapToDouble(span -> Math.max(0, span.end() - Math.max(time, span.start())))
        .sum();
  }

  /// The sound between two times, with the speech in it; both in seconds of the piece.
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
