package parley.speech.diarisation;

import java.util.Comparator;
import java.util.List;
import parley.speech.decoding.SampleSink;

/// Judges one recording of a voice, which it takes as it streams by. What comes after
/// [#MAX_SECONDS] only counts as duration.
///
/// Not for several threads at once.
public final class VoiceExamination implements SampleSink {
  /// Longer recordings are refused anyway: five minutes, and a bit to see that it is longer.
  public static final int MAX_SECONDS = 301;

  /// Who speaks less than this is a cough or a mistake of the clustering: seconds.
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

  /// The verdict, after the last samples. To be called once.
  public VoiceQuality finish() {
    Diarisation diarisation = diarizer.finish();
    List<DiarisedSpeaker> speakers =
        diarisation.speakers().stream()
            .sorted(Comparator.comparingDouble(DiarisedSpeaker::talkSeconds).reversed())
            .toList();
    int voices =
        (int) speakers.stream().filter(s -> s.talkSeconds() >= MIN_VOICE_SECONDS).count();
    return new VoiceQuality(
        samples / 16_000.0,
        diarizer.speechSeconds(),
        levels.snrDb(),
        levels.peakDbfs(),
        levels.clippedRatio(),
        speakers.isEmpty() ? 0 : Math.max(1, voices),
        speakers.isEmpty() ? null : speakers.getFirst().centroid());
  }
}
