package parley.speech.deepgram;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import parley.speech.TranscriptView;
import parley.speech.deepgram.Paragraphs.ParagraphList;

/// The answer to a recording:
/// https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
record ListenAnswer(Metadata metadata, Results results) {
  /// What a request is known by.
  ///
  /// @param id of the request
  /// @param sha256 of the recording, in hexadecimal
  record Request(String id, String sha256, Instant created) {}

  /// @param models the keys of `modelInfo`
  record Metadata(
      String transactionKey,
      String requestId,
      String sha256,
      Instant created,
      double duration,
      int channels,
      List<String> models,
      Map<String, ModelInfo> modelInfo,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tags) {}

  record Results(
      List<Channel> channels,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Utterance> utterances) {}

  record Channel(
      List<Alternative> alternatives,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String detectedLanguage) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Alternative(
      String transcript,
      double confidence,
      @Nullable List<String> languages,
      List<WordAnswer> words,
      @Nullable ParagraphList paragraphs) {}

  /// What is said between two pauses.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Utterance(
      double start,
      double end,
      double confidence,
      int channel,
      String transcript,
      List<WordAnswer> words,
      @Nullable Integer speaker,
      String id) {}

  static ListenAnswer of(Request request, ListenOptions options, TranscriptView transcript) {
    int channels = transcript.channels() == null ? 1 : transcript.channels();
    List<SpokenWord> words = SpokenWords.of(transcript);
    Wording wording = new Wording(options.punctuates(), transcript.language());
    ModelInfo model = ModelInfo.of(transcript.model());
    return new ListenAnswer(
        new Metadata(
            "deprecated",
            request.id,
            request.sha256,
            request.created,
            transcript.duration(),
            channels,
            List.of(model.uuid()),
            Map.of(model.uuid(), model),
            options.tags()),
        new Results(
            IntStream.range(0, channels)
                .mapToObj(channel -> channel(channel, options, transcript, words, wording))
                .toList(),
            options.utterances() ? utterances(options, words, wording) : null));
  }

  private static Channel channel(
      int channel,
      ListenOptions options,
      TranscriptView transcript,
      List<SpokenWord> all,
      Wording wording) {
    List<SpokenWord> words = all.stream().filter(word -> word.channel() == channel).toList();
    List<String> texts =
        transcript.segments().stream()
            .filter(segment -> SpokenWords.channel(segment) == channel)
            .map(TranscriptView.SegmentView::text)
            .toList();
    String language = transcript.language();
    return new Channel(
        List.of(
            new Alternative(
                wording.text(String.join(" ", texts)),
                confidence(words),
                options.multilingual() && language != null ? List.of(language) : null,
                answers(words, options),
                options.paragraphs() ? Paragraphs.of(words, options, wording) : null)),
        options.detectsLanguage() ? language : null);
  }

  private static List<Utterance> utterances(
      ListenOptions options, List<SpokenWord> words, Wording wording) {
    return IntStream.rangeClosed(0, words.stream().mapToInt(SpokenWord::channel).max().orElse(-1))
        .mapToObj(channel -> words.stream().filter(word -> word.channel() == channel).toList())
        .flatMap(spoken -> SpokenWords.groups(spoken, Paragraphs.utterance(options)).stream())
        .map(group ->
            new Utterance(
                group.getFirst().start(),
                group.getLast().end(),
                confidence(group),
                group.getFirst().channel(),
                wording.joined(group),
                answers(group, options),
                options.diarizes() ? group.getFirst().speaker() : null,
                UUID.randomUUID().toString()))
        .sorted(Comparator.comparingDouble(Utterance::start))
        .toList();
  }

  private static List<WordAnswer> answers(List<SpokenWord> words, ListenOptions options) {
    return words.stream().map(word -> WordAnswer.of(word, options)).toList();
  }

  /// The field is mandatory, also where a relay tells none.
  private static double confidence(List<SpokenWord> words) {
    Double known = SpokenWord.confidence(words);
    return known == null ? 0 : known;
  }
}
