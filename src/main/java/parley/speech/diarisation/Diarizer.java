package parley.speech.diarisation;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.decoding.SampleSink;

/// Diarises one recording as it streams by. Holds at most a minute of audio, and per hour about a
/// thousand embeddings and 213 kB of levels.
///
/// Not for several threads at once.
public final class Diarizer implements SampleSink {
  /// Samples from one window to the next: 3.75 s, so that nearly three windows see each moment.
  static final int HOP_FRAMES = 222;

  private static final int HOP = HOP_FRAMES * Activity.FRAME;

  /// The last window begins at a multiple of this many frames, the first that lets it reach the
  /// end.
  private static final int LAST_STEP_FRAMES = 74;

  private static final int LAST_STEP = LAST_STEP_FRAMES * Activity.FRAME;

  /// Windows per batch; batches are cheaper.
  private static final int BATCH = 4;

  /// Short enough that two people rarely share a stretch.
  private static final double MAX_STRETCH_SECONDS = 2.5;

  /// Frames next to speech that are not counted as pauses: soft sounds and reverberation.
  private static final int PAUSE_MARGIN_FRAMES = Activity.frames(0.15);

  /// Pauses shorter than this in total say little about the noise.
  private static final int MIN_PAUSE_FRAMES = Activity.frames(0.4);

  private final SpeakerSegmentation segmentation;
  private final VoiceEmbedder embedder;
  private final SpeakerCount count;
  private final TrackStitcher stitcher = new TrackStitcher();
  private final SampleBuffer sound = new SampleBuffer();
  private final FrameLevels levels = new FrameLevels();
  private final List<SpokenStretch> stretches = new ArrayList<>();

  /// The first sample of the next window.
  private long next;

  Diarizer(SpeakerSegmentation segmentation, VoiceEmbedder embedder, SpeakerCount count) {
    this.segmentation = segmentation;
    this.embedder = embedder;
    this.count = count;
  }

  /// Takes the next samples. Every few calls take up to about a second of processor time.
  ///
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  @Override
  public void take(float[] samples, int count) {
    int taken = 0;
    while (taken < count) {
      int enough =
          (int) (next + (BATCH - 1) * (long) HOP + SpeakerSegmentation.WINDOW - sound.end());
      int part = Math.min(count - taken, Math.max(1, enough));
      sound.append(samples, taken, part);
      levels.take(samples, taken, part);
      taken += part;
      if (part == enough) {
        segment(BATCH);
      }
    }
  }

  /// Returns the result after the last samples. Call once.
  ///
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  public Diarisation finish() {
    complete();
    return result();
  }

  /// The first half of [#finish]: runs the models on the last samples, for a second at most.
  public void complete() {
    long length = sound.end();
    if (length == 0) {
      return;
    }
    while (next + SpeakerSegmentation.WINDOW < length) {
      segment(1);
    }
    int last =
        (int) Math.max(0, Math.ceilDiv(length - SpeakerSegmentation.WINDOW, (long) LAST_STEP))
            * LAST_STEP_FRAMES;
    float[] window = sound.copy((long) last * Activity.FRAME, SpeakerSegmentation.WINDOW);
    stitch(last, segmentation.segment(List.of(window)).getFirst());
    int end = (int) (length / Activity.FRAME) + 1;
    stitcher.finish(end).forEach(this::embed);
    stretches.sort(SpeakerClustering.byStart());
  }

  /// The second half: finds out who speaks, without the models. Takes up to some seconds of
  /// processor time for recordings of hours.
  public Diarisation result() {
    return sound.end() == 0 ? Diarisation.NOBODY : result(sound.end() / 16_000.0);
  }

  /// The seconds of speech found so far, in total after [#finish()]; excludes the pauses that turns
  /// bridge.
  double speechSeconds() {
    return speech().stream().mapToDouble(FrameRange::seconds).sum();
  }

  /// How much louder speech is than the pauses, in decibels, after [#finish()].
  ///
  /// @return NaN when there are hardly any pauses
  double aboveMedianPause() {
    return levels.aboveMedianPause(speech(), PAUSE_MARGIN_FRAMES, MIN_PAUSE_FRAMES);
  }

  /// When anybody speaks, in order.
  private List<FrameRange> speech() {
    return FrameRange.union(
        stretches.stream().flatMap(stretch -> stretch.stretch().speech().stream()).toList());
  }

  private void segment(int windows) {
    List<float[]> batch = new ArrayList<>();
    for (int i = 0; i < windows; i++) {
      batch.add(sound.copy(next + i * (long) HOP, SpeakerSegmentation.WINDOW));
    }
    for (float[][] window : segmentation.segment(batch)) {
      stitch((int) (next / Activity.FRAME), window);
      next += HOP;
    }
  }

  private void stitch(int frame, float[][] window) {
    stitcher.add(frame, window).forEach(this::embed);
  }

  private void embed(Section section) {
    for (Stretch stretch : StretchCutter.cut(section, MAX_STRETCH_SECONDS)) {
      stretches.add(embed(stretch));
    }
    sound.forgetBefore(Math.min(Activity.sample(stitcher.base()), next));
  }

  private SpokenStretch embed(Stretch stretch) {
    float[] alone = sound.copy(stretch.alone(), 0);
    if (alone.length < VoiceEmbedder.MIN_SAMPLES) {
      return new SpokenStretch(stretch, null, 0, Bandwidth.WIDE);
    }
    VoiceEmbedder.Heard heard = embedder.hear(alone);
    return new SpokenStretch(stretch, heard.voice(), alone.length / 16_000.0, heard.line());
  }

  private Diarisation result(double duration) {
    SpeakerClustering.Assignment assignment = SpeakerClustering.assign(stretches, count);
    List<SpeakerTurn> turns =
        TurnWriter.turns(
            stretches.stream().map(SpokenStretch::stretch).toList(),
            assignment.speakers(),
            duration,
            levels,
            SpeakerClustering.byTelephone(stretches));
    List<DiarisedSpeaker> speakers = new ArrayList<>();
    for (int person = 0; person < assignment.centroids().size(); person++) {
      String label = "S" + (person + 1);
      @Nullable VoiceEmbedding centroid = assignment.centroids().get(person);
      double seconds =
          turns.stream()
              .filter(turn -> turn.label().equals(label))
              .mapToDouble(SpeakerTurn::seconds)
              .sum();
      speakers.add(new DiarisedSpeaker(label, centroid, seconds));
    }
    return new Diarisation(turns, speakers);
  }
}
