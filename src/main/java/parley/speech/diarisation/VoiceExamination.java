package parley.speech.diarisation;

import java.util.Comparator;
import java.util.List;
import parley.speech.decoding.SampleSink;

/// Examines one recording of a voice as it streams by. Audio after [#MAX_SECONDS] counts only
/// towards the duration.
///
/// Not for several threads at once.
public final class VoiceExamination implements SampleSink {
  /// Longer recordings are refused anyway: five minutes, and a bit to see that it is longer.
  public static final int MAX_SECONDS = 301;

  /// Speakers with less speech than this, in seconds, are coughs or clustering errors.
  private static final double MIN_VOICE_SECONDS = 1.0;

  private final Diarizer diarizer;
  private final SoundLevels levels = new SoundLevels();
  private long samples;

  VoiceExamination(Diarizer diarizer) {
    this.diarizer = diarizer;
  }

  @Override
  public void take(float[] block, int count) {
    int examined = Math.clamp(MAX_SECONDS * 16_000L - samples, 0, count);
    levels.take(block, examined);
    diarizer.take(block, examined);
    samples += count;
  }

  /// Returns the result after the last samples. Call once.
  public VoiceQuality finish() {
    Diarisation diarisation = diarizer.finish();
    List<DiarisedSpeaker> speakers =
        diarisation.speakers().stream()
            .sorted(Comparator.comparingDouble(DiarisedSpeaker::talkSeconds).reversed())
            .toList();
    int voices = (int) speakers.stream().filter(s -> s.talkSeconds() >= MIN_VOICE_SECONDS).count();
    return new VoiceQuality(
        samples / 16_000.0,
        diarizer.speechSeconds(),
        snrDb(),
        levels.peakDbfs(),
        levels.clippedRatio(),
        speakers.isEmpty() ? 0 : Math.max(1, voices),
        speakers.isEmpty() ? null : speakers.getFirst().centroid());
  }

  /// The quietest tenth of a recording shows steady noise, its pauses noise that comes and goes.
  private double snrDb() {
    double abovePauses = diarizer.aboveMedianPause();
    return Double.isNaN(abovePauses) ? levels.snrDb() : Math.min(levels.snrDb(), abovePauses);
  }
}
