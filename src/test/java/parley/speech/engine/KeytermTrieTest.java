package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.speech.engine.KeytermTrie.Matches;
import parley.speech.transcript.Keyterms;

class KeytermTrieTest {
  private static final Path MODEL = Path.of("models/whisper-base");

  private static Vocabulary vocabulary;
  private static KeytermTrie trie;

  @BeforeAll
  static void read() throws IOException {
    vocabulary =
        Vocabulary.read(MODEL.resolve("vocabulary.bin"), MODEL.resolve("suppressed-tokens.txt"));
    trie =
        KeytermTrie.of(
            Keyterms.parse(List.of("Zarathustra, San Francisco, San, emetic, 東京")), vocabulary);
  }

  @Test
  void encodesTextAsWhisperDoes() {
    assertThat(vocabulary.encode(" And so my")).containsExactly(400, 370, 452);
    assertThat(vocabulary.text(vocabulary.encode(" Ünïcode, 東京!"))).isEqualTo(" Ünïcode, 東京!");
  }

  @ParameterizedTest
  @CsvSource({
    "' said Zarathustra.', true",
    "' said Zarathustra''s', true",
    "' said Zarath', false",
    "' said Zarathustrans', false",
    "' said zarathustra', false",
    "' in San Francisco', true",
    "' in San', true",
    "' an emetic', true",
    "' Emetic', true",
    "' (emetic)', true",
    "' antiemetic', false",
    "'在東京都', true"
  })
  void countsATermOnlyWhenItIsComplete(String text, boolean counts) {
    Matches matches = matches(text);

    assertThat(matches.settled() > 0).isEqualTo(counts);
    assertThat(matches.hoped()).isGreaterThanOrEqualTo(matches.settled());
  }

  @Test
  void takesBackWhatAnIncompleteTermHasEarned() {
    assertThat(matches(" Zarath").hoped()).isPositive();
    assertThat(matches(" Zarath is").hoped()).isZero();
    assertThat(matches(" San Frank").settled()).isEqualTo(matches(" San").settled());
  }

  @Test
  void earnsNothingForATokenThatTheAudioSpeaksAgainst() {
    float[] scores = new float[Vocabulary.SIZE];
    scores[5] = 50;

    Set<Integer> boosted = trie.boost(scores, Matches.NONE);

    assertThat(boosted).isEmpty();
    assertThat(scores[vocabulary.encode(" Zarathustra").getFirst()]).isZero();
  }

  private static Matches matches(String text) {
    Matches matches = Matches.NONE;
    for (int token : vocabulary.encode(text)) {
      Set<Integer> boosted = trie.boost(new float[Vocabulary.SIZE], matches);
      matches = trie.with(matches, token, KeytermTrie.bonus(boosted, token));
    }
    return matches;
  }
}
