package parley.speech;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.speakers.SpeakerId;
import parley.speech.RecordedSpeakers.Match;
import parley.speech.RecordedSpeakers.Voice;
import parley.speech.TranscriptionResult.StoredSegment;
import parley.speech.subtitles.Cue;
import parley.speech.subtitles.CueLayout;
import parley.speech.subtitles.LineLimits;
import parley.speech.subtitles.Passage;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.ScoredToken;
import parley.speech.transcript.Word;

/// The result of a transcription as one caller may read it; its JSON is part of the jobs API.
///
/// @param channels how many were transcribed separately; null where they were mixed
/// @param speakers in order of first appearance; null where speakers were not distinguished
/// @param turns who speaks when, in order of the start; may overlap; null like `speakers`
public record TranscriptView(
    String transcript,
    List<SegmentView> segments,
    @Nullable String language,
    double duration,
    Backend backendUsed,
    String model,
    long audioBytes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String retainedMediaId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer channels,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<VoiceView> speakers,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<TurnView> turns) {

  /// A segment; times in seconds.
  ///
  /// @param speaker null where that is not known
  /// @param channel from 0; null where channels were mixed
  /// @param words null where they are not shown
  /// @param tokens null where they are not shown or not known
  /// @param scores probabilities of the tokens; null where they are not known or not asked for
  /// @param confidence null where it is not shown or not known
  public record SegmentView(
      double start,
      double end,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SpeakerTag speaker,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer channel,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<WordView> words,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Integer> tokens,
      @JsonIgnore @Nullable List<ScoredToken> scores,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Confidence confidence) {
    private SegmentView plain() {
      return new SegmentView(start, end, text, speaker, channel, null, null, null, null);
    }

    private Passage passage() {
      return new Passage(
          start,
          end,
          text,
          words == null
              ? List.of()
              : words.stream().map(w -> new Word(w.start(), w.end(), w.text())).toList(),
          speaker == null ? null : speaker.name());
    }
  }

  /// A word; times in seconds.
  ///
  /// @param confidence 0 to 1; null where it is not known
  public record WordView(
      double start,
      double end,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double confidence,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SpeakerTag speaker) {}

  /// A speaker of the recording.
  ///
  /// @param closest the most similar enrolled speaker, for somebody who is not named
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record VoiceView(
      String label,
      @Nullable String id,
      @Nullable String displayName,
      @Nullable Double score,
      double talkSeconds,
      @Nullable ClosestView closest) {}

  /// An enrolled speaker who is not similar enough to be named.
  public record ClosestView(String id, double score, double threshold) {}

  /// Somebody speaks, from `start` to `end`, in seconds.
  public record TurnView(double start, double end, SpeakerTag speaker) {}

  /// Shows a stored result.
  ///
  /// @param names of the speakers who are still enrolled
  /// @param given to other voices, by their labels
  /// @param closest whether to say whom unknown voices resemble
  static TranscriptView of(
      TranscriptionResult result,
      Map<SpeakerId, String> names,
      Map<String, String> given,
      boolean closest) {
    Tags tags = new Tags(result.speakers(), names, given);
    return new TranscriptView(
        result.transcript(),
        result.segments().stream().map(segment -> view(segment, tags)).toList(),
        result.language(),
        result.duration(),
        result.backendUsed(),
        result.model(),
        result.audioBytes(),
        result.retainedMediaId(),
        result.channels(),
        tags.voices(closest),
        tags.turns());
  }

  /// The same without the times of words, tokens and confidence.
  TranscriptView plain() {
    return new TranscriptView(
        transcript,
        segments.stream().map(SegmentView::plain).toList(),
        language,
        duration,
        backendUsed,
        model,
        audioBytes,
        retainedMediaId,
        channels,
        speakers,
        turns);
  }

  /// Divides the transcript into subtitles.
  ///
  /// @param names whether each begins with its speaker's name
  List<Cue> cues(LineLimits limits, boolean names) {
    return new CueLayout(limits, names)
        .cues(segments.stream().map(SegmentView::passage).toList(), duration);
  }

  /// Whether the label is of a voice that is shown and has no name, or one that somebody gave it.
  boolean mayName(String label) {
    return speakers != null
        && speakers.stream()
            .anyMatch(voice ->
                voice.label().equals(label) && voice.id() == null && voice.score() == null);
  }

  /// All words in order.
  List<WordView> words() {
    return segments.stream()
        .map(SegmentView::words)
        .flatMap(words -> words == null ? Stream.empty() : words.stream())
        .toList();
  }

  private static SegmentView view(StoredSegment segment, Tags tags) {
    SpeakerTag speaker = tags.of(segment.speaker());
    return new SegmentView(
        segment.start(),
        segment.end(),
        segment.text(),
        speaker,
        segment.channel(),
        segment.words().stream()
            .map(word ->
                new WordView(word.start(), word.end(), word.text(), word.confidence(), speaker))
            .toList(),
        segment.tokens(),
        segment.scores(),
        segment.confidence());
  }

  /// What the speakers of a result are called at the moment.
  private record Tags(
      @Nullable RecordedSpeakers speakers,
      Map<SpeakerId, String> names,
      Map<String, String> given) {
    @Nullable SpeakerTag of(@Nullable String label) {
      return speakers == null || label == null
          ? null
          : speakers.voices().stream()
              .filter(voice -> voice.label().equals(label))
              .findFirst()
              .map(this::of)
              .orElse(null);
    }

    /// Null for a voice that has lost its name where voices without one may not be told apart.
    private @Nullable SpeakerTag of(Voice voice) {
      Match match = voice.match();
      if (match != null && match.name() != null) {
        return new SpeakerTag(voice.label(), null, match.name(), match.score());
      }
      String name = match == null ? null : name(match);
      if (match != null && name != null) {
        return SpeakerTag.enrolled(String.valueOf(match.speaker()), name, match.score());
      }
      return Objects.requireNonNull(speakers).anonymous()
          ? SpeakerTag.unknown(voice.label(), given.get(voice.label()))
          : null;
    }

    private @Nullable String name(Match match) {
      SpeakerId id = match.id().orElse(null);
      return id == null ? null : names.get(id);
    }

    @Nullable List<VoiceView> voices(boolean showClosest) {
      return speakers == null
          ? null
          : speakers.voices().stream()
              .flatMap(voice -> Stream.ofNullable(view(voice, showClosest)))
              .toList();
    }

    private @Nullable VoiceView view(Voice voice, boolean showClosest) {
      SpeakerTag tag = of(voice);
      return tag == null
          ? null
          : new VoiceView(
              voice.label(),
              tag.id(),
              tag.displayName(),
              tag.score(),
              voice.talkSeconds(),
              showClosest ? closest(voice) : null);
    }

    private @Nullable ClosestView closest(Voice voice) {
      Match closest = voice.closest();
      return closest == null || name(closest) == null
          ? null
          : new ClosestView(
              String.valueOf(closest.speaker()), closest.score(), closest.threshold());
    }

    @Nullable List<TurnView> turns() {
      return speakers == null
          ? null
          : speakers.turns().stream()
              .flatMap(turn ->
                  Stream.ofNullable(of(turn.label()))
                      .map(tag -> new TurnView(turn.start(), turn.end(), tag)))
              .toList();
    }
  }
}
