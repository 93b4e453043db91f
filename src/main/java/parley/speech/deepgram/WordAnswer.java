package parley.speech.deepgram;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// A word as Deepgram writes it.
///
/// @param confidence 0 where a relay tells none, because clients require it
/// @param punctuatedWord null unless punctuation is asked for
@JsonInclude(JsonInclude.Include.NON_NULL)
record WordAnswer(
    String word,
    double start,
    double end,
    double confidence,
    @Nullable Integer speaker,
    @Nullable String punctuatedWord) {
  static WordAnswer of(SpokenWord word, ListenOptions options) {
    Double confidence = word.confidence();
    return new WordAnswer(
        word.plain(),
        word.start(),
        word.end(),
        confidence == null ? 0 : confidence,
        options.diarizes() ? word.speaker() : null,
        options.punctuates() ? word.written() : null);
  }
}
