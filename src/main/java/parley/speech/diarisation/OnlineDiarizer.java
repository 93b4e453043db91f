package parley.speech.diarisation;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.decoding.SampleSink;

/// Diarises a live stream. Speakers keep their label for as long as the stream lasts; a label is
/// never withdrawn.
///
/// Keeps 10 to 20 seconds of sound (1.5 MB at most) and half a minute of labels. Not for several
/// threads at once.
public final class OnlineDiarizer implements SampleSink {
  /// Audio is attributed after so many samples at the latest, so that little is left to do on
  /// request: five seconds.
  public static final int BLOCK = 80_000;

  private static final double KEPT_SECONDS = 30;

  /// Stretches of one speaker closer than this are one turn, in seconds.
  private static final double MAX_PAUSE_SECONDS = 1.25;

  private final SpeakerSegmentation segmentation;
  private final VoiceEmbedder embedder;
  private final OnlineSpeakers speakers;
  private final SampleBuffer sound = new SampleBuffer();

  /// Who spoke when in the last half minute, in order of the start.
  private final List<SpeakerTurn> heard = new ArrayList<>();

  /// The samples before this are attributed.
  private long attributed;

  OnlineDiarizer(SpeakerSegmentation segmentation, VoiceEmbedder embedder, int maxSpeakers) {
    this.segmentation = segmentation;
    this.embedder = embedder;
    this.speakers = new OnlineSpeakers(maxSpeakers);
  }

  /// Takes the next samples; every five seconds of them this takes about 0.15 s of processor time.
  ///
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  @Override
  public void take(float[] samples, int count) {
    int taken = 0;
    while (taken < count) {
      int part = (int) Math.min(count - taken, attributed + BLOCK - sound.end());
      sound.append(samples, taken, part);
      taken += part;
      if (sound.end() - attributed >= BLOCK) {
        attribute(sound.end());
      }
    }
  }

  /// Who speaks in a stretch, as soon as it is over: takes up to 0.15 s of processor time.
  ///
  /// @param start seconds from the start of the stream
  /// @param end seconds, not after what was taken; what is more than half a minute ago is forgotten
  /// @return the turns within the stretch in order of their start, which may overlap; empty when
  ///   nobody speaks in it
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  public List<SpeakerTurn> speakers(double start, double end) {
    long until = Math.min(sound.end(), Math.round(end * 16_000));
    if (until > attributed) {
      attribute(until);
    }
    List<SpeakerTurn> turns = new ArrayList<>();
    for (SpeakerTurn turn : heard) {
      double from = Math.max(start, turn.start());
      double to = Math.min(end, turn.end());
      if (to > from) {
        join(turns, new SpeakerTurn(from, to, turn.label()));
      }
    }
    turns.sort(Comparator.comparingDouble(SpeakerTurn::start));
    return turns;
  }

  /// The mean embedding of a label, for comparison with enrolled voices.
  ///
  /// @return null for a label that was never given
  public @Nullable VoiceEmbedding voice(String label) {
    return speakers.voice(label);
  }

  /// How many seconds of speech [#voice] is the mean of; 0 for a label that was never given.
  public double seconds(String label) {
    return speakers.seconds(label);
  }

  private void attribute(long until) {
    long first = Math.max(0, until - SpeakerSegmentation.WINDOW);
    float[] window = sound.copy(first, SpeakerSegmentation.WINDOW);
    int frames = (int) ((until - first) / Activity.FRAME) + 1;
    double offset = first / 16_000.0;
    TrackStitcher tracks = new TrackStitcher();
    tracks.add(0, segmentation.segment(List.of(window)).getFirst());
    double from = attributed / 16_000.0;
    for (Section section : tracks.finish(frames)) {
      for (Stretch stretch : StretchCutter.cut(section)) {
        if (offset + Activity.start(stretch.end()) > from) {
          attribute(stretch, first, from);
        }
      }
    }
    attributed = until;
    double forgotten = until / 16_000.0 - KEPT_SECONDS;
    heard.removeIf(turn -> turn.end() < forgotten);
    // The next window ends after this one, and so begins after it.
    sound.forgetBefore(first);
  }

  private void attribute(Stretch stretch, long first, double from) {
    float[] alone = sound.copy(stretch.alone(), first);
    double offset = first / 16_000.0;
    double start = Math.max(from, offset + Activity.start(stretch.start()));
    double end = offset + Activity.start(stretch.end());
    String label;
    if (alone.length >= VoiceEmbedder.MIN_SAMPLES) {
      label = speakers.assign(embedder.embed(alone), alone.length / 16_000.0);
    } else if (heard.isEmpty()) {
      return;
    } else {
      label = heard.getLast().label();
    }
    heard.add(new SpeakerTurn(start, end, label));
  }

  private static void join(List<SpeakerTurn> turns, SpeakerTurn next) {
    for (int i = turns.size() - 1; i >= 0; i--) {
      SpeakerTurn before = turns.get(i);
      if (before.label().equals(next.label())) {
        boolean interrupted = i < turns.size() - 1;
        if (!interrupted && next.start() - before.end() < MAX_PAUSE_SECONDS) {
          turns.set(
              i,
              new SpeakerTurn(before.start(), Math.max(before.end(), next.end()), before.label()));
          return;
        }
        break;
      }
    }
    turns.add(next);
  }
}
