package parley.speech.live;

import parley.speech.transcript.Confidence;
import parley.speech.transcript.Segment;

/// The captions of one stream as their reader sees them: final ones in order, each shown once, and
/// after them a partial one for what is not final yet, which the next one replaces.
///
/// For one thread at a time.
final class Captions {
  private final SoundClock clock;
  private final Audience audience;
  private boolean partialShown;

  Captions(SoundClock clock, Audience audience) {
    this.clock = clock;
    this.audience = audience;
  }

  /// A partial caption.
  ///
  /// @param text empty for none
  /// @param start seconds of the stream, as `end`
  record Partial(String text, double start, double end) {
    static final Partial NONE = new Partial("", 0, 0);

    boolean isEmpty() {
      return text.isEmpty();
    }
  }

  /// Shows final captions, and what is partial after them.
  ///
  /// @return false when nobody reads any more
  boolean showFinal(FinalCaptions finals, Partial rest) {
    for (LiveFrame.Speaker speaker : finals.recognised()) {
      if (!audience.show(speaker)) {
        return false;
      }
    }
    for (FinalCaptions.Caption caption : finals.captions()) {
      if (!show(caption)) {
        return false;
      }
    }
    // A partial caption of what turned out to be nothing has to go.
    boolean outdated = partialShown && finals.captions().isEmpty();
    partialShown = false;
    return (rest.isEmpty() && !outdated) || showPartial(rest);
  }

  /// Shows a partial caption in place of the one before.
  ///
  /// @return false when nobody reads any more
  boolean showPartial(Partial partial) {
    partialShown = !partial.isEmpty();
    return audience.show(
        new LiveFrame.Delta(
            partial.text(),
            false,
            partial.start(),
            partial.end(),
            null,
            null,
            clock.millisSince(partial.end())));
  }

  private boolean show(FinalCaptions.Caption caption) {
    Segment segment = caption.segment();
    Confidence confidence = segment.confidence();
    return audience.show(
        new LiveFrame.Delta(
            segment.text(),
            true,
            segment.start(),
            segment.end(),
            confidence == null ? null : Math.exp(confidence.meanLogProbability()),
            caption.speaker(),
            clock.millisSince(segment.end())));
  }
}
