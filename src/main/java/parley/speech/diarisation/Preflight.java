package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether two recordings will do to enrol a voice: one for reference, one of the consent.
///
/// The limits refuse what experience with made recordings shows to give bad profiles; see
/// docs/decisions/0050.
public final class Preflight {
  /// Speech that a reference needs at least, in seconds.
  public static final double MIN_REFERENCE_SPEECH = 3;

  /// Speech that a consent needs at least, in seconds.
  public static final double MIN_CONSENT_SPEECH = 2;

  /// Either may be so long, in seconds.
  public static final double MAX_DURATION = 300;

  /// The share of a recording that must be speech.
  public static final double MIN_VOICE_ACTIVITY = 0.2;

  /// How much louder than its noise a voice must be, in decibels.
  public static final double MIN_SNR = 12;

  /// The share of samples that may be clipped.
  public static final double MAX_CLIPPED = 0.002;

  /// From this similarity on, 0 to 1, consent and reference are of one person.
  public static final double MIN_SAME_VOICE = SpeakerNaming.THRESHOLD;

  private Preflight() {}

  /// Why a recording is refused.
  public enum Reason {
    DURATION_BELOW_MINIMUM,
    DURATION_ABOVE_MAXIMUM,
    LOW_VOICE_ACTIVITY_RATIO,
    /// Clipped: a peak at full scale alone does no harm, and normalised recordings have it.
    PEAK_DBFS_ABOVE_THRESHOLD,
    SNR_BELOW_THRESHOLD,
    MORE_THAN_ONE_VOICE,
    CONSENT_VOICE_DIFFERS;

    /// As the interface calls it.
    public String code() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// All that is wrong with the two, in the order of [Reason]; empty when nothing is.
  public static List<Reason> reasons(VoiceQuality reference, VoiceQuality consent) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    judge(reference, MIN_REFERENCE_SPEECH, reasons);
    judge(consent, MIN_CONSENT_SPEECH, reasons);
    @Nullable VoiceEmbedding one = reference.voice();
    @Nullable VoiceEmbedding other = consent.voice();
    if (one != null && other != null && sameVoice(one, other) < MIN_SAME_VOICE) {
      reasons.add(Reason.CONSENT_VOICE_DIFFERS);
    }
    return new ArrayList<>(reasons);
  }

  /// How much alike two voices are, 0 to 1.
  public static double sameVoice(VoiceEmbedding one, VoiceEmbedding other) {
    return Math.clamp(one.similarity(other), 0, 1);
  }

  private static void judge(VoiceQuality quality, double minSpeech, Set<Reason> reasons) {
    add(reasons, quality.speechSeconds() < minSpeech, Reason.DURATION_BELOW_MINIMUM);
    add(reasons, quality.durationSeconds() > MAX_DURATION, Reason.DURATION_ABOVE_MAXIMUM);
    add(
        reasons,
        quality.voiceActivityRatio() < MIN_VOICE_ACTIVITY,
        Reason.LOW_VOICE_ACTIVITY_RATIO);
    add(reasons, quality.clippedRatio() > MAX_CLIPPED, Reason.PEAK_DBFS_ABOVE_THRESHOLD);
    add(reasons, quality.snrDb() < MIN_SNR, Reason.SNR_BELOW_THRESHOLD);
    add(reasons, quality.voices() > 1, Reason.MORE_THAN_ONE_VOICE);
  }

  private static void add(Set<Reason> reasons, boolean applies, Reason reason) {
    if (applies) {
      reasons.add(reason);
    }
  }
}
