package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Guesses at any language that Whisper knows. For one thread at a time.
final class WhisperGuesses {
  /// Silence after the sound, in seconds: less than for a final text, since guesses are many.
  private static final double SILENCE_AFTER = 3;

  /// Only the end of a long piece is looked at anew; Whisper sees 30 seconds.
  private static final double LONGEST = 26;

  /// From this probability on a language is believed at once.
  private static final double CERTAIN = 0.8;

  /// As in OpenAI's `transcribe.py`.
  private static final double UNSURE = -1.0;

  private static final double NO_SPEECH = 0.6;

  private final WhisperModel model;
  private final WhisperDecoding decoding;
  private final Vocabulary vocabulary;
  private final LogMel mel = new LogMel();

  WhisperGuesses(WhisperModel model, WhisperDecoding decoding, Vocabulary vocabulary) {
    this.model = model;
    this.decoding = decoding;
    this.vocabulary = vocabulary;
  }

  /// The language of a piece, as an index in [Languages]; empty when it is not clear yet.
  OptionalInt language(Piece piece) throws OrtException {
    try (WhisperModel.Heard heard = heard(piece)) {
      double[] languages = decoding.listen(heard).languages();
      return IntStream.range(0, languages.length)
          .filter(language -> languages[language] >= CERTAIN)
          .findFirst();
    }
  }

  /// Guesses at what is said in the piece so far.
  ///
  /// @param language index in [Languages]
  void guess(Piece piece, int language, Draft draft) throws OrtException {
    if (piece.seconds() > LONGEST) {
      return;
    }
    try (WhisperModel.Heard heard = heard(piece)) {
      WhisperDecoding.Continuation found =
          decoding.goOn(heard, language, draft.standing(), piece.seconds());
      boolean silent = found.noSpeech() > NO_SPEECH && found.meanLogProbability() < UNSURE;
      List<Integer> tokens = new ArrayList<>(draft.standing());
      tokens.addAll(found.tokens());
      if (!silent && !Loops.isLoop(vocabulary.text(tokens), piece.spoken())) {
        boolean spaces = SegmentWriter.putsSpaces(language);
        draft.guessed(vocabulary.words(tokens, spaces), vocabulary::text);
      }
    }
  }

  private WhisperModel.Heard heard(Piece piece) throws OrtException {
    float[] samples = piece.samplesFrom(0);
    int columns = samples.length / LogMel.HOP + (int) (SILENCE_AFTER * 100);
    columns = Math.min(WhisperModel.MOST_COLUMNS, columns / 2 * 2);
    return model.encode(mel.of(samples, columns), columns);
  }
}
