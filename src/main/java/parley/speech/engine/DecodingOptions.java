package parley.speech.engine;

import java.util.List;
import parley.speech.transcript.SpeechOptions;

/// How windows are decoded.
///
/// @param temperature 0 for the likeliest tokens, otherwise see [GreedyDecoder#sample]
/// @param keyterms terms that are likely to be spoken
/// @param previous tokens of the text that came before, at most [#MAX_PREVIOUS]
record DecodingOptions(double temperature, KeytermTrie keyterms, List<Integer> previous) {
  /// The defaults.
  static final DecodingOptions PLAIN = new DecodingOptions(0, KeytermTrie.EMPTY, List.of());

  /// As in OpenAI's `decoding.py`: half of the decoder's positions, one of which marks the text.
  private static final int MAX_PREVIOUS = WhisperModel.MAX_TOKENS / 2 - 1;

  DecodingOptions {
    previous = List.copyOf(previous);
  }

  /// Returns the options of a request. Only the end of a long prompt counts.
  static DecodingOptions of(SpeechOptions options, Vocabulary vocabulary) {
    String prompt = options.prompt();
    List<Integer> previous =
        prompt == null || prompt.isBlank() ? List.of() : vocabulary.encode(" " + prompt.strip());
    return new DecodingOptions(
        options.temperature() == null ? 0 : options.temperature(),
        KeytermTrie.of(options.keyterms(), vocabulary),
        previous.subList(Math.max(0, previous.size() - MAX_PREVIOUS), previous.size()));
  }

  /// Returns these options with at most so many of the last tokens that came before.
  DecodingOptions withLess(int tokens) {
    int from = Math.max(0, previous.size() - tokens);
    return new DecodingOptions(temperature, keyterms, previous.subList(from, previous.size()));
  }

  DecodingOptions at(double otherTemperature) {
    return new DecodingOptions(otherTemperature, keyterms, previous);
  }
}
