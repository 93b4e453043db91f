package parley.speech.deepgram;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.deepgram.ListenMessage.Alternative;
import parley.speech.deepgram.ListenMessage.Results;
import parley.speech.deepgram.ListenMessage.ResultsMetadata;
import parley.speech.live.LiveFrame;
import parley.speech.transcript.Word;

/// Writes the captions of a stream as Deepgram's results.
///
/// Deepgram marks the last result of an utterance, and the last one before a `Finalize`. Which one
/// that was is known only with the frame behind it, so a final caption is held back while such a
/// frame is due. To be used under the lock of the session's messages.
final class ListenResults {
  private final LiveListenOptions options;
  private final SpeakerNumbers speakers = new SpeakerNumbers();
  private LiveFrame.@Nullable Delta held;
  private int utterancesEnding;
  private int finalizing;
  private double lastWordEnd;

  /// When the last utterance ended, in seconds of the stream; null once the client was told.
  private @Nullable Double silentSince;

  ListenResults(LiveListenOptions options) {
    this.options = options;
  }

  /// A client asks for everything that was said.
  void finalizing() {
    finalizing++;
  }

  /// Writes a frame that is not the last one.
  ///
  /// @param heard seconds of audio that have come; infinite where that is not known
  List<ListenMessage> write(LiveFrame frame, double heard, ResultsMetadata metadata) {
    List<ListenMessage> messages = new ArrayList<>();
    switch (frame) {
      case LiveFrame.Delta caption -> {
        messages.addAll(release(metadata));
        if (caption.isFinal() && (utterancesEnding > 0 || finalizing > 0)) {
          held = caption;
        } else if (caption.isFinal() || options.interim()) {
          messages.add(results(caption, false, false, metadata));
        }
      }
      case LiveFrame.SpeechStarted started -> {
        silentSince = null;
        if (options.speechEvents()) {
          messages.add(new ListenMessage.SpeechStarted(started.at()));
        }
      }
      case LiveFrame.SpeechStopped stopped -> utterancesEnding++;
      case LiveFrame.UtteranceEnd end -> {
        utterancesEnding = Math.max(0, utterancesEnding - 1);
        if (options.endpointing() != null) {
          messages.add(last(end.at(), true, false, metadata));
        } else {
          messages.addAll(release(metadata));
        }
        silentSince = end.at();
        messages.addAll(silence(heard));
      }
      case LiveFrame.Flushed flushed -> {
        finalizing = Math.max(0, finalizing - 1);
        messages.add(last(lastWordEnd, false, true, metadata));
      }
      case LiveFrame.Speaker speaker -> speakers.rename(speaker.label(), speaker.speaker());
      case LiveFrame.Ready _, LiveFrame.Closed _, LiveFrame.Failed _ ->
          messages.addAll(release(metadata));
    }
    return messages;
  }

  /// What there is to tell once so much audio has come.
  ///
  /// @param heard seconds
  List<ListenMessage> silence(double heard) {
    Double since = silentSince;
    Double pause = options.utteranceEnd();
    if (since == null || pause == null || heard - since < pause) {
      return List.of();
    }
    silentSince = null;
    return List.of(new ListenMessage.UtteranceEnd(lastWordEnd));
  }

  private List<ListenMessage> release(ResultsMetadata metadata) {
    LiveFrame.Delta caption = held;
    held = null;
    return caption == null ? List.of() : List.of(results(caption, false, false, metadata));
  }

  /// The caption that was held back, or an empty one if it is gone already.
  private Results last(
      double at, boolean speechFinal, boolean fromFinalize, ResultsMetadata metadata) {
    LiveFrame.Delta caption = held;
    held = null;
    return caption == null
        ? new Results(
            at, at, true, speechFinal, fromFinalize, new Alternative("", 0, List.of()), metadata)
        : results(caption, speechFinal, fromFinalize, metadata);
  }

  private Results results(
      LiveFrame.Delta caption,
      boolean speechFinal,
      boolean fromFinalize,
      ResultsMetadata metadata) {
    List<SpokenWord> words = words(caption);
    if (caption.isFinal() && !words.isEmpty()) {
      lastWordEnd = words.getLast().end();
    }
    Double confidence = SpokenWord.confidence(words);
    if (confidence == null) {
      confidence = caption.confidence();
    }
    return new Results(
        caption.start(),
        caption.end(),
        caption.isFinal(),
        speechFinal,
        fromFinalize,
        new Alternative(
            new Wording(options.common().punctuates(), null).text(caption.text()),
            confidence == null ? 0 : confidence,
            words.stream().map(word -> WordAnswer.of(word, options.common())).toList()),
        metadata);
  }

  private List<SpokenWord> words(LiveFrame.Delta caption) {
    Integer speaker = speakers.of(caption.speaker());
    if (caption.words().isEmpty()) {
      return SpokenWords.estimated(caption.text(), caption.start(), caption.end(), 0, speaker);
    }
    List<SpokenWord> words = new ArrayList<>();
    for (Word word : caption.words()) {
      words.add(
          new SpokenWord(word.text(), word.start(), word.end(), word.confidence(), 0, speaker));
    }
    return words;
  }
}
