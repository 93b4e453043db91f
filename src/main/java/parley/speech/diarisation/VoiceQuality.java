package parley.speech.diarisation;

import org.jspecify.annotations.Nullable;
import parley.speakers.VoiceFigures;

/// The quality of a recording as a sample of one person's voice.
///
/// @param durationSeconds of the recording
/// @param speechSeconds in which anybody speaks
/// @param snrDb how much louder its louder half is than its quietest tenth, or its speech than its
///   pauses, whichever is less; 0 for silence, at most [#MAX_SNR]
/// @param peakDbfs the loudest sample; −100 for silence
/// @param clippedRatio the share of samples that stand still at the loudest level
/// @param voices that are told apart
/// @param voice of the one who speaks most; null when nobody speaks for long enough
public record VoiceQuality(
    double durationSeconds,
    double speechSeconds,
    double snrDb,
    double peakDbfs,
    double clippedRatio,
    int voices,
    @Nullable VoiceEmbedding voice) {
  /// More than any microphone has.
  public static final double MAX_SNR = 80;

  /// The figures as the API shows them.
  public VoiceFigures figures() {
    return new VoiceFigures(
        speechSeconds,
        durationSeconds,
        speechSeconds == 0 ? null : snrDb,
        peakDbfs,
        clippedRatio,
        voices);
  }
}
