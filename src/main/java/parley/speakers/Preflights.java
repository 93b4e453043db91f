package parley.speakers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;
import parley.speakers.Preflight.Limits;
import parley.tenants.TenantId;

/// Decides whether recordings are good enough for a profile, and computes its embedding. Stores
/// nothing.
public final class Preflights {
  private static final Logger LOG = LoggerFactory.getLogger(Preflights.class);

  private final @Nullable VoiceAnalyser analyser;
  private final ConsentReader reader;
  private final AnalysisQueue queue = new AnalysisQueue();

  /// @param analyser null on a node without speech models
  public Preflights(@Nullable VoiceAnalyser analyser, ConsentReader reader) {
    this.analyser = analyser;
    this.reader = reader;
  }

  /// The consent of an enrolment.
  ///
  /// @param text that the person agrees to
  /// @param language as the caller gave it
  /// @param mustBeRead whether too little of the text in the recording is a reason to refuse it
  record Consent(Path recording, String text, String language, boolean mustBeRead) {}

  /// The result of measuring recordings.
  ///
  /// @param embedding of all reference recordings; null when the preflight failed
  record Assessment(Preflight preflight, @Nullable Voiceprint embedding, long speechMillis) {
    /// The embedding, if the recordings are good enough.
    Voiceprint voice() {
      return Objects.requireNonNull(embedding);
    }
  }

  /// The voice model of this node; null if it has none.
  @Nullable VoiceModel model() {
    return analyser == null ? null : analyser.model();
  }

  /// The node's voice models.
  ///
  /// @throws Problem BACKEND_UNAVAILABLE when it has none
  VoiceAnalyser analyser() {
    if (analyser == null) {
      throw new Problem(
          ProblemCode.BACKEND_UNAVAILABLE, "This node has no models that know voices.");
    }
    return analyser;
  }

  /// Measures the recordings of an enrolment.
  ///
  /// @throws Problem UNSUPPORTED_MEDIA for a file without audio, RATE_LIMITED if the tenant has too
  ///   many enrolments waiting, BACKEND_UNAVAILABLE on a node without models, or if the text must
  ///   be read out and no backend can transcribe it
  Assessment enrolment(TenantId tenant, List<Path> references, Consent consent) throws IOException {
    VoiceAnalyser voices = analyser();
    return queue.enrolment(
        tenant,
        () -> {
          Findings found = new Findings(voices);
          for (Path reference : references) {
            found.addReference(measure(voices, reference, "reference"));
          }
          VoiceMeasurement measured = measure(voices, consent.recording(), "consent");
          found.setConsent(measured);
          // A recording of hours is refused anyway, and would be transcribed for nothing.
          if (!PreflightRules.CONSENT
              .reasons(measured.figures())
              .contains(FailReason.DURATION_ABOVE_MAXIMUM)) {
            found.compareText(text(tenant, consent), consent.mustBeRead());
          }
          return found.assessment();
        });
  }

  /// Measures a further recording of an enrolled voice.
  ///
  /// @throws Problem as [#enrolment]
  Assessment reference(TenantId tenant, Path reference, Voiceprint known) throws IOException {
    VoiceAnalyser voices = analyser();
    return queue.enrolment(
        tenant,
        () -> {
          Findings found = new Findings(voices);
          found.addReference(measure(voices, reference, "reference"));
          found.compareWith(known);
          return found.assessment();
        });
  }

  /// Measures a recording that has already been accepted.
  VoiceMeasurement again(TenantId tenant, Path reference) throws IOException {
    return queue.enrolment(tenant, () -> measure(analyser(), reference, "reference"));
  }

  private VoiceMeasurement measure(VoiceAnalyser voices, Path recording, String field)
      throws IOException {
    try {
      return queue.recording(() -> voices.measure(recording));
    } catch (Problem refused) {
      throw refused.at(field);
    }
  }

  /// The share of the consent text that is recognised; empty if it is unknown and the policy does
  /// not demand it.
  private Optional<Double> text(TenantId tenant, Consent consent) throws IOException {
    try {
      Optional<String> words = reader.read(tenant, consent.recording(), consent.language());
      if (words.isEmpty() && consent.mustBeRead()) {
        throw new Problem(
            ProblemCode.BACKEND_UNAVAILABLE, "Nothing here can transcribe the consent recording.");
      }
      return words.map(heard -> ConsentText.match(consent.text(), heard));
    } catch (Problem | ServiceUnavailable failed) {
      if (consent.mustBeRead()) {
        throw failed;
      }
      LOG.warn("a consent recording could not be transcribed: {}", failed.getMessage());
      return Optional.empty();
    }
  }

  /// The measurements so far.
  private static final class Findings {
    private final VoiceAnalyser voices;
    private final List<VoiceMeasurement> references = new ArrayList<>();
    private final Set<FailReason> reasons = EnumSet.noneOf(FailReason.class);
    private Preflight.@Nullable Recording consent;
    private @Nullable Voiceprint joined;
    private double speechSeconds;
    private @Nullable Double sameVoice;
    private @Nullable Double textMatch;
    private @Nullable Double minTextMatch;

    Findings(VoiceAnalyser voices) {
      this.voices = voices;
    }

    void addReference(VoiceMeasurement reference) {
      references.add(reference);
      reasons.addAll(PreflightRules.REFERENCE.reasons(reference.figures()));
      Voiceprint embedding = reference.embedding();
      if (embedding == null) {
        reasons.add(FailReason.DURATION_BELOW_MINIMUM);
        return;
      }
      double speech = reference.figures().speechSeconds();
      if (joined == null) {
        joined = embedding;
      } else {
        if (differs(joined, embedding)) {
          reasons.add(FailReason.MORE_THAN_ONE_VOICE);
        }
        joined = joined.joined(speechSeconds, embedding, speech);
      }
      speechSeconds += speech;
    }

    void setConsent(VoiceMeasurement measured) {
      Set<FailReason> own = PreflightRules.CONSENT.reasons(measured.figures());
      reasons.addAll(own);
      consent = PreflightRules.CONSENT.recording(measured.figures(), own);
      if (measured.embedding() == null) {
        reasons.add(FailReason.DURATION_BELOW_MINIMUM);
      } else {
        compareWith(measured.embedding());
      }
    }

    void compareWith(Voiceprint consented) {
      if (joined != null && differs(joined, consented)) {
        reasons.add(FailReason.CONSENT_VOICE_DIFFERS);
      }
    }

    void compareText(Optional<Double> match, boolean mustBeRead) {
      textMatch = match.map(PreflightRules::rounded).orElse(null);
      if (mustBeRead) {
        minTextMatch = PreflightRules.MIN_TEXT_MATCH;
        if (match.orElse(0.0) < PreflightRules.MIN_TEXT_MATCH) {
          reasons.add(FailReason.CONSENT_TEXT_DIFFERS);
        }
      }
    }

    private boolean differs(Voiceprint one, Voiceprint other) {
      double similarity = Math.max(0, one.similarity(other));
      sameVoice = PreflightRules.lower(sameVoice, PreflightRules.rounded(similarity));
      return similarity < voices.sameVoice();
    }

    Assessment assessment() {
      List<VoiceFigures> figures = references.stream().map(VoiceMeasurement::figures).toList();
      List<Preflight.Recording> each =
          figures.stream()
              .map(one ->
                  PreflightRules.REFERENCE.recording(one, PreflightRules.REFERENCE.reasons(one)))
              .toList();
      Set<FailReason> ofReferences = EnumSet.noneOf(FailReason.class);
      figures.forEach(one -> ofReferences.addAll(PreflightRules.REFERENCE.reasons(one)));
      Preflight preflight =
          new Preflight(
              PreflightRules.REFERENCE.recording(PreflightRules.together(figures), ofReferences),
              each.size() == 1 ? null : each,
              consent,
              sameVoice,
              textMatch,
              PreflightRules.texts(reasons),
              new Limits(voices.sameVoice(), minTextMatch));
      return new Assessment(
          preflight, preflight.failed() ? null : joined, Math.round(speechSeconds * 1000));
    }
  }
}
