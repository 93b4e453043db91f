package parley.speakers;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem.Detail;
import parley.speakers.Preflight.RecordingLimits;
import parley.text.TextEnum;

/// The limits that recordings must meet, and the reasons why one does not. They reject recordings
/// that make bad profiles, as measured on constructed ones; docs/decisions/0050 has the figures.
///
/// @param limits of each recording of this kind
record PreflightRules(RecordingLimits limits) {
  /// A reference needs at least 3 s of speech.
  static final PreflightRules REFERENCE = new PreflightRules(limits(3));

  /// A consent needs at least 2 s of speech.
  static final PreflightRules CONSENT = new PreflightRules(limits(2));

  private static final double MAX_DURATION_SECONDS = 300;

  /// The share of a recording that must be speech.
  private static final double MIN_SPEECH_RATIO = 0.2;

  /// The share of samples that may be clipped.
  private static final double MAX_CLIPPED_RATIO = 0.002;

  /// How much louder than its noise a voice must be, in decibels.
  private static final double MIN_SNR_DB = 15;

  /// The share of the consent text that must be recognised if the policy demands reading it: even
  /// when it is read faithfully, a recogniser misses names and rare words.
  static final double MIN_TEXT_MATCH = 0.6;

  private static RecordingLimits limits(double minSpeechSeconds) {
    return new RecordingLimits(
        minSpeechSeconds, MAX_DURATION_SECONDS, MIN_SPEECH_RATIO, MAX_CLIPPED_RATIO, MIN_SNR_DB, 1);
  }

  Set<FailReason> reasons(VoiceFigures figures) {
    Set<FailReason> reasons = EnumSet.noneOf(FailReason.class);
    if (figures.speechSeconds() < limits.minSpeechSeconds()) {
      reasons.add(FailReason.DURATION_BELOW_MINIMUM);
    }
    if (figures.durationSeconds() > limits.maxDurationSeconds()) {
      reasons.add(FailReason.DURATION_ABOVE_MAXIMUM);
    }
    if (figures.speechSeconds() < limits.minSpeechRatio() * figures.durationSeconds()) {
      reasons.add(FailReason.LOW_VOICE_ACTIVITY_RATIO);
    }
    // Touching full scale is harmless; staying there is clipping.
    if (figures.clippedRatio() > limits.maxClippedRatio()) {
      reasons.add(FailReason.PEAK_DBFS_ABOVE_THRESHOLD);
    }
    Double snr = figures.snrDb();
    if (snr != null && snr < limits.minSnrDb()) {
      reasons.add(FailReason.SNR_BELOW_THRESHOLD);
    }
    if (figures.voices() > limits.maxVoices()) {
      reasons.add(FailReason.MORE_THAN_ONE_VOICE);
    }
    return reasons;
  }

  Preflight.Recording recording(VoiceFigures figures, Set<FailReason> reasons) {
    Double snr = figures.snrDb();
    return new Preflight.Recording(
        rounded(figures.speechSeconds()),
        rounded(figures.durationSeconds()),
        snr == null ? null : rounded(snr),
        rounded(figures.peakDbfs()),
        Math.round(figures.clippedRatio() * 1e6) / 1e6,
        figures.voices(),
        limits,
        texts(reasons));
  }

  /// Combines recordings: speech and duration are summed, of the other figures the worst counts.
  static VoiceFigures together(List<VoiceFigures> all) {
    VoiceFigures together = all.getFirst();
    for (VoiceFigures next : all.subList(1, all.size())) {
      together =
          new VoiceFigures(
              together.speechSeconds() + next.speechSeconds(),
              together.durationSeconds() + next.durationSeconds(),
              lower(together.snrDb(), next.snrDb()),
              Math.max(together.peakDbfs(), next.peakDbfs()),
              Math.max(together.clippedRatio(), next.clippedRatio()),
              Math.max(together.voices(), next.voices()));
    }
    return together;
  }

  static @Nullable Double lower(@Nullable Double one, @Nullable Double other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.min(one, other);
  }

  /// A preflight whose consent text has to be heard in the consent recording, which is a reason to
  /// refuse it if it is not.
  static Preflight withTextRead(Preflight preflight) {
    Double match = preflight.consentTextMatch();
    Set<String> reasons = new LinkedHashSet<>(preflight.failReasons());
    if (match == null || match < MIN_TEXT_MATCH) {
      reasons.add(FailReason.CONSENT_TEXT_DIFFERS.text());
    }
    return new Preflight(
        preflight.reference(),
        preflight.references(),
        preflight.consent(),
        preflight.sameVoice(),
        match,
        List.copyOf(reasons),
        new Preflight.Limits(preflight.limits().minSameVoice(), MIN_TEXT_MATCH));
  }

  /// Explains each reason with its figure and limit.
  static List<Detail> details(Preflight preflight) {
    List<Detail> details = new ArrayList<>();
    List<Preflight.Recording> references = preflight.references();
    if (references != null) {
      for (Preflight.Recording reference : references) {
        add(details, "reference", reference);
      }
    } else if (preflight.reference() != null) {
      add(details, "reference", preflight.reference());
    }
    if (preflight.consent() != null) {
      add(details, "consent", preflight.consent());
    }
    if (preflight.failReasons().contains(FailReason.CONSENT_VOICE_DIFFERS.text())) {
      details.add(
          new Detail(
              "consent",
              "consent_voice_differs: the voices are alike by %s; at least %s is asked for"
                  .formatted(preflight.sameVoice(), preflight.limits().minSameVoice())));
    }
    if (preflight.failReasons().contains(FailReason.CONSENT_TEXT_DIFFERS.text())) {
      details.add(
          new Detail(
              "consent",
              "consent_text_differs: %s of the text is heard; at least %s is asked for"
                  .formatted(
                      preflight.consentTextMatch(), preflight.limits().minConsentTextMatch())));
    }
    return details;
  }

  private static void add(List<Detail> details, String field, Preflight.Recording recording) {
    RecordingLimits limits = recording.limits();
    for (String reason : recording.failReasons()) {
      details.add(
          new Detail(
              field,
              reason
                  + ": "
                  + switch (TextEnum.parse(FailReason.class, reason).orElseThrow()) {
                    case DURATION_BELOW_MINIMUM ->
                        "%s s of speech; at least %s s is asked for"
                            .formatted(recording.speechSeconds(), limits.minSpeechSeconds());
                    case DURATION_ABOVE_MAXIMUM ->
                        "%s s long; at most %s s is taken"
                            .formatted(recording.durationSeconds(), limits.maxDurationSeconds());
                    case LOW_VOICE_ACTIVITY_RATIO ->
                        "%s s of speech in %s s; at least a share of %s is asked for"
                            .formatted(
                                recording.speechSeconds(),
                                recording.durationSeconds(),
                                limits.minSpeechRatio());
                    case PEAK_DBFS_ABOVE_THRESHOLD ->
                        "a share of %s is clipped; at most %s is taken"
                            .formatted(recording.clippedRatio(), limits.maxClippedRatio());
                    case SNR_BELOW_THRESHOLD ->
                        "%s dB above the noise; at least %s dB is asked for"
                            .formatted(recording.snrDb(), limits.minSnrDb());
                    case MORE_THAN_ONE_VOICE, CONSENT_VOICE_DIFFERS, CONSENT_TEXT_DIFFERS ->
                        "%s voices; one is asked for".formatted(recording.voices());
                  }));
    }
  }

  static List<String> texts(Set<FailReason> reasons) {
    return reasons.stream().map(FailReason::text).toList();
  }

  static double rounded(double figure) {
    return Math.round(figure * 1000) / 1000.0;
  }
}
