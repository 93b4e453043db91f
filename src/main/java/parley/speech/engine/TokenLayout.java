package parley.speech.engine;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import parley.speech.transcript.Languages;

/// How a model numbers the tokens of Whisper's multilingual vocabulary, by which the engine knows
/// them (see [Vocabulary]). Models with more languages have other numbers for the special tokens
/// after them; models for English have no language tokens.
final class TokenLayout {
  /// Whisper's multilingual models up to large-v2.
  static final TokenLayout MULTILINGUAL = new TokenLayout(numbers(), Vocabulary.SIZE, true);

  /// For each of the engine's tokens the model's number, or −1.
  private final int[] numbers;

  private final int size;
  private final boolean multilingual;
  private final List<Run> runs = new ArrayList<>();

  /// Tokens with consecutive numbers.
  private record Run(int token, int number, int length) {}

  private TokenLayout(int[] numbers, int size, boolean multilingual) {
    this.numbers = numbers;
    this.size = size;
    this.multilingual = multilingual;
    for (int token = 0; token < numbers.length; ) {
      int end = token + 1;
      while (end < numbers.length && numbers[end] == numbers[token] + end - token) {
        end++;
      }
      if (numbers[token] >= 0) {
        runs.add(new Run(token, numbers[token], end - token));
        token = end;
      } else {
        token++;
      }
    }
  }

  private static int[] numbers() {
    int[] numbers = new int[Vocabulary.SIZE];
    Arrays.setAll(numbers, token -> token);
    return numbers;
  }

  /// Returns the layout of a model with these special tokens.
  ///
  /// @param special numbers by name, such as `<|endoftext|>`
  /// @param size number of all tokens
  /// @throws IllegalArgumentException naming the token that is missing
  static TokenLayout of(Map<String, Integer> special, int size) {
    int[] numbers = new int[Vocabulary.SIZE];
    Arrays.fill(numbers, -1);
    int end = number(special, "<|endoftext|>");
    for (int token = 0; token < Math.min(end, Vocabulary.END_OF_TEXT); token++) {
      numbers[token] = token;
    }
    numbers[Vocabulary.END_OF_TEXT] = end;
    numbers[Vocabulary.START_OF_TRANSCRIPT] = number(special, "<|startoftranscript|>");
    numbers[Vocabulary.START_OF_PREVIOUS] = number(special, "<|startofprev|>");
    numbers[Vocabulary.NO_SPEECH] =
        special.containsKey("<|nospeech|>")
            ? number(special, "<|nospeech|>")
            : number(special, "<|nocaptions|>");
    int withoutTimes = number(special, "<|notimestamps|>");
    numbers[Vocabulary.WITHOUT_TIMESTAMPS] = withoutTimes;
    for (int time = 0; Vocabulary.FIRST_TIMESTAMP + time < Vocabulary.SIZE; time++) {
      numbers[Vocabulary.FIRST_TIMESTAMP + time] = withoutTimes + 1 + time;
    }
    // The models for English have the other languages' tokens too, but were not trained with them.
    boolean multilingual = end == Vocabulary.END_OF_TEXT;
    if (multilingual) {
      numbers[Vocabulary.TRANSCRIBE] = number(special, "<|transcribe|>");
      numbers[Vocabulary.TRANSLATE] = number(special, "<|translate|>");
      for (int language = 0; language < Languages.count(); language++) {
        String code = Languages.code(language);
        // Whisper's name for Javanese.
        String name = code.equals("jv") ? "jw" : code;
        numbers[Vocabulary.FIRST_LANGUAGE + language] =
            special.getOrDefault("<|" + name + "|>", -1);
      }
    }
    if (numbers[Vocabulary.SIZE - 1] >= size) {
      throw new IllegalArgumentException(
          "its %d tokens do not include the time %s"
              .formatted(size, Vocabulary.secondsOf(Vocabulary.SIZE - 1)));
    }
    return new TokenLayout(numbers, size, multilingual);
  }

  private static int number(Map<String, Integer> special, String name) {
    Integer number = special.get(name);
    if (number == null) {
      throw new IllegalArgumentException("its tokenizer has no token " + name);
    }
    return number;
  }

  /// Whether the model knows languages besides English.
  boolean isMultilingual() {
    return multilingual;
  }

  /// Returns the model's numbers of these tokens, without those that it does not have.
  long[] numbers(long... tokens) {
    return LongStream.of(tokens)
        .map(token -> numbers[(int) token])
        .filter(number -> number >= 0)
        .toArray();
  }

  /// Copies the logits of one beam, in the order of the engine's tokens. Tokens that the model does
  /// not have are impossible, except that a model for English is certain of English.
  ///
  /// @param logits beam by beam, in the model's order
  void copy(FloatBuffer logits, int beam, float[] into) {
    if (!multilingual) {
      Arrays.fill(into, Float.NEGATIVE_INFINITY);
      into[Vocabulary.FIRST_LANGUAGE] = 0;
    } else if (runs.size() > 1) {
      Arrays.fill(into, Float.NEGATIVE_INFINITY);
    }
    for (Run run : runs) {
      logits.get(beam * size + run.number, into, run.token, run.length);
    }
  }
}
