package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import parley.speech.TranscriptView.SegmentView;
import parley.speech.transcript.Compression;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.LanguageNames;
import parley.speech.transcript.ScoredToken;

/// The JSON of OpenAI's transcripts and translations:
/// https://platform.openai.com/docs/api-reference/audio/json-object
final class OpenAiAnswer {
  private OpenAiAnswer() {}

  /// The text alone.
  ///
  /// @param logprobs null unless asked for and known
  record Plain(
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<TokenProbability> logprobs,
      Usage usage) {
    static Plain of(OpenAiForm shape, TranscriptView result) {
      return new Plain(
          result.transcript(),
          shape.probabilities() ? TokenProbability.of(result) : null,
          Usage.of(result));
    }
  }

  /// What is counted: the length of the recording.
  record Usage(String type, long seconds) {
    static Usage of(TranscriptView result) {
      return new Usage("duration", (long) Math.ceil(result.duration()));
    }
  }

  /// A token of the text. All tokens together make up the text.
  ///
  /// @param token with a replacement character for each part of a character
  /// @param logprob its log probability
  /// @param bytes its UTF-8
  record TokenProbability(String token, double logprob, List<Integer> bytes) {
    /// The tokens of the whole text; null where the backend does not tell.
    static @Nullable List<TokenProbability> of(TranscriptView result) {
      if (result.backendUsed() != Backend.A) {
        return null;
      }
      List<TokenProbability> all = new ArrayList<>();
      String space = "";
      for (SegmentView segment : result.segments()) {
        List<ScoredToken> scores = segment.scores();
        all.addAll(of(scores == null ? List.of() : scores, space));
        space = " ";
      }
      return all;
    }

    /// The tokens of a segment.
    ///
    /// @param before the space between the segment before and this one
    static List<TokenProbability> of(List<ScoredToken> scores, String before) {
      return IntStream.range(0, scores.size())
          .mapToObj(i -> {
            byte[] bytes = Base64.getDecoder().decode(scores.get(i).bytes());
            return of(i == 0 ? spaced(before, bytes) : bytes, scores.get(i).logProbability());
          })
          .toList();
    }

    private static TokenProbability of(byte[] bytes, double logProbability) {
      return new TokenProbability(
          new String(bytes, StandardCharsets.UTF_8),
          logProbability,
          IntStream.range(0, bytes.length).mapToObj(i -> bytes[i] & 0xFF).toList());
    }

    /// Whisper's first token begins with a space, the text of a segment does not.
    private static byte[] spaced(String before, byte[] bytes) {
      int own = 0;
      while (own < bytes.length && bytes[own] == ' ') {
        own++;
      }
      byte[] spaced = before.getBytes(StandardCharsets.UTF_8);
      int length = spaced.length;
      spaced = Arrays.copyOf(spaced, length + bytes.length - own);
      System.arraycopy(bytes, own, spaced, length, bytes.length - own);
      return spaced;
    }
  }

  /// All that is known.
  record Verbose(
      String task,
      String language,
      double duration,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<VerboseSegment> segments,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<VerboseWord> words,
      Usage usage) {
    static Verbose of(OpenAiForm shape, TranscriptView result) {
      List<SegmentView> segments = result.segments();
      return new Verbose(
          shape.translation() ? "translate" : "transcribe",
          LanguageNames.of(shape.translation() ? "en" : result.language()),
          result.duration(),
          result.transcript(),
          shape.segments()
              ? IntStream.range(0, segments.size())
                  .mapToObj(i -> VerboseSegment.of(i, segments.get(i), shape.temperature()))
                  .toList()
              : null,
          shape.words()
              ? result.words().stream()
                  .map(word -> new VerboseWord(word.text(), word.start(), word.end()))
                  .toList()
              : null,
          Usage.of(result));
    }
  }

  record VerboseWord(String word, double start, double end) {}

  /// A segment in OpenAI's fields. What a relay does not tell of its tokens is empty, and of its
  /// confidence null.
  ///
  /// @param seek in Whisper's frames of a hundredth of a second
  record VerboseSegment(
      int id,
      long seek,
      double start,
      double end,
      String text,
      List<Integer> tokens,
      double temperature,
      @Nullable Double avgLogprob,
      double compressionRatio,
      @Nullable Double noSpeechProb) {
    static VerboseSegment of(int id, SegmentView segment, double temperature) {
      List<Integer> tokens = segment.tokens();
      Confidence confidence = segment.confidence();
      return new VerboseSegment(
          id,
          Math.round(segment.start() * 100),
          segment.start(),
          segment.end(),
          " " + segment.text(),
          tokens == null ? List.of() : tokens,
          temperature,
          confidence == null ? null : confidence.meanLogProbability(),
          Compression.ratio(segment.text()),
          confidence == null ? null : confidence.noSpeech());
    }
  }
}
