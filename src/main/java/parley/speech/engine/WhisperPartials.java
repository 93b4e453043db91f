package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Partial results in every language of Whisper. Not thread-safe.
final class WhisperPartials {
  /// Padding after the audio, in seconds: less than for finals, since partials are frequent.
  private static final double SILENCE_AFTER = 3;

  /// Maximum duration of a piece for which partials are computed; Whisper sees 30 seconds.
  private static final double MAX_SECONDS = 26;

  /// Minimum probability of a language that is detected.
  private static final double CERTAIN = 0.8;

  private final WindowDecoder decoder;
  private final Vocabulary vocabulary;

  WhisperPartials(WindowDecoder decoder, Vocabulary vocabulary) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
  }

  /// Returns the language of a piece as an index in [Languages]; empty if it is still ambiguous.
  OptionalInt language(Piece piece) throws OrtException {
    double[] languages = decoder.detectLanguage(piece.samplesFrom(0), SILENCE_AFTER).languages();
    return IntStream.range(0, languages.length)
        .filter(language -> languages[language] >= CERTAIN)
        .findFirst();
  }

  /// Recognises the utterance in progress.
  ///
  /// @param language index in [Languages]
  void recognise(Piece piece, int language, LocalAgreement agreement) throws OrtException {
    if (piece.seconds() > MAX_SECONDS) {
      return;
    }
    Hypothesis found =
        decoder.quickText(piece.samplesFrom(0), SILENCE_AFTER, language, agreement.committed());
    List<Integer> tokens = new ArrayList<>(agreement.committed());
    tokens.addAll(found.tokens());
    if (!found.isNoSpeech() && !Loops.isLoop(vocabulary.text(tokens), piece.spoken())) {
      boolean spaces = SegmentBuilder.putsSpaces(language);
      agreement.update(vocabulary.words(tokens, spaces), vocabulary::text);
    }
  }
}
