package parley.speech.live;

import java.util.List;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Segment;

/// The captions of one stream as their reader sees them: final ones in order, each shown once, and
/// after them a partial one for what is not final yet, which the next one replaces.
///
/// For one thread at a time.
final class Captions {
  private final SoundClock clock;
  private final Audience audience;
  private final boolean words;
  private boolean partialShown;

  /// @param words whether final captions have the times of their words
  Captions(SoundClock clock, boolean words, Audience audience) {
    this.clock = clock;
    this.words = words;
    this.audience = audience;
  }

  /// A partial caption.
  ///
  /// @param text empty for none
  /// @param agreed the beginning of the text, which the next partial captions keep
  /// @param start seconds of the stream, as `end`
  record Partial(String text, String agreed, double start, double end) {
    static final Partial NONE = new Partial("", "", 0, 0);

    boolean isEmpty() {
      return text.isEmpty();
    }
  }

  /// Shows something that is no caption.
  ///
  /// @return false when nobody reads any more
  boolean show(LiveFrame frame) {
    return audience.show(frame);
  }

  /// Shows final captions, what belongs after them, and what is partial then.
  ///
  /// @return false when nobody reads any more
  boolean showFinal(FinalCaptions finals, List<LiveFrame> after, Partial rest) {
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
    for (LiveFrame frame : after) {
      if (!audience.show(frame)) {
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
            List.of(),
            partial.agreed(),
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
            words ? segment.words() : List.of(),
            segment.text(),
            clock.millisSince(segment.end())));
  }
}
