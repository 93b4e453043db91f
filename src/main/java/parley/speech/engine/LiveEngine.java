package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.speech.engine.InferenceQueue.Priority;
import parley.speech.transcript.Languages;
import parley.speech.transcript.Segment;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.SpeechTask;

/// Recognition for live captions: partial results for the utterance in progress and a final one for
/// each piece that ends. Thread-safe, for any number of streams; all calls queue and block, and
/// work of different owners takes turns.
///
/// English is recognised by Moonshine, on threads of its own, so that captions never wait for a
/// Whisper window; Whisper recognises everything else, ahead of recordings.
public final class LiveEngine {
  private static final int ENGLISH = Languages.indexOf("en");

  /// Tokens of a prompt: as many as leave room for what precedes a piece, and for the piece.
  private static final int MAX_PROMPT = 100;

  private final VoiceActivity voiceActivity;
  private final Vocabulary vocabulary;
  private final Recogniser recogniser;
  private final WhisperPartials whisperPartials;
  private final MoonshinePartials moonshinePartials;
  private final InferenceQueue whisperQueue;
  private final InferenceQueue moonshineQueue;
  private final InferenceQueue vadQueue;
  private final LiveLoad load;
  private final String owner;
  private final boolean prefersWhisper;

  /// @param threads that recognition may use in total
  /// @param onFault called when a model fails
  LiveEngine(Models models, InferenceQueue whisperQueue, int threads, Runnable onFault) {
    this.vocabulary = models.vocabulary();
    this.whisperQueue = whisperQueue;
    this.moonshineQueue = new InferenceQueue("speech-captions", threads, onFault);
    this.vadQueue = new InferenceQueue("speech-vad", 1, onFault);
    this.load = new LiveLoad(whisperQueue, moonshineQueue, threads);
    // It runs in the middle of a file's piece, so it must share no mutable state with file work.
    WindowDecoder decoder =
        new WindowDecoder(models, SpeechTask.TRANSCRIBE, () -> {}, load::isHurried);
    this.voiceActivity = models.voiceActivity();
    this.recogniser = new Recogniser(decoder, vocabulary);
    this.whisperPartials = new WhisperPartials(decoder, vocabulary);
    this.moonshinePartials =
        new MoonshinePartials(models.moonshine(), models.moonshineVocabulary(), vocabulary);
    this.owner = InferenceQueue.NOBODY;
    this.prefersWhisper = models.device().isGpu();
  }

  private LiveEngine(LiveEngine shared, String owner) {
    this.vocabulary = shared.vocabulary;
    this.whisperQueue = shared.whisperQueue;
    this.moonshineQueue = shared.moonshineQueue;
    this.vadQueue = shared.vadQueue;
    this.load = shared.load;
    this.voiceActivity = shared.voiceActivity;
    this.recogniser = shared.recogniser;
    this.whisperPartials = shared.whisperPartials;
    this.moonshinePartials = shared.moonshinePartials;
    this.owner = owner;
    this.prefersWhisper = shared.prefersWhisper;
  }

  /// Returns this engine for the work of one owner, whose work does not wait for that of others. It
  /// ends with this one.
  public LiveEngine of(String otherOwner) {
    return new LiveEngine(this, otherOwner);
  }

  /// Whether Whisper writes all final captions, also those of English that the quick model could
  /// write: on a GPU.
  public boolean prefersWhisper() {
    return prefersWhisper;
  }

  /// Returns the processors that a stream takes while somebody speaks, as measured on this machine.
  ///
  /// @param quick whether it does without Whisper
  public double need(boolean quick) {
    return load.need(quick);
  }

  /// Returns the processors that recognition has.
  public double processors() {
    return load.processors();
  }

  /// Whether the captions of the streams that run are late already, so that nobody should begin
  /// another one.
  ///
  /// @param quick whether that would do without Whisper
  public boolean isBehind(boolean quick) {
    return load.isBehind(quick);
  }

  /// Starts segmenting a stream; the caller closes the segmenter.
  public LiveSegmenter segment(Segmentation segmentation) {
    try {
      return new LiveSegmenter(voiceActivity.open(), vadQueue, owner, segmentation);
    } catch (OrtException e) {
      throw new UncheckedIOException(new EngineUnavailable(e));
    }
  }

  /// Returns the language of a piece, ISO 639-1; empty if it is still ambiguous.
  public Optional<String> language(Piece piece) {
    OptionalInt found =
        whisperQueue.run(Priority.PARTIAL, owner, () -> whisperPartials.language(piece));
    return found.isPresent() ? Optional.of(Languages.code(found.getAsInt())) : Optional.empty();
  }

  /// Whether there is time for partial results, which are the first thing to give way.
  ///
  /// @param language ISO 639-1; null if it has yet to be detected
  public boolean allowsPartials(@Nullable String language) {
    return load.allowsPartials(Languages.indexOf(language) == ENGLISH);
  }

  /// Recognises the utterance in progress.
  ///
  /// @param piece called when the work starts, to get the latest audio; empty if no result is
  ///   wanted any more
  /// @param language ISO 639-1
  /// @param paused whether this is likely to become the final result
  /// @return what was recognised; the text to show is in `agreement`
  public Optional<PartialResult> partial(
      Supplier<Optional<Piece>> piece, String language, boolean paused, LocalAgreement agreement) {
    int index = Languages.indexOf(language);
    boolean english = index == ENGLISH;
    long asked = System.nanoTime();
    return (english ? moonshineQueue : whisperQueue)
        .run(
            paused && english ? Priority.FINAL : Priority.PARTIAL,
            owner,
            () -> {
              Duration waited = Duration.ofNanos(System.nanoTime() - asked);
              Optional<Piece> newest = piece.get();
              return newest.isEmpty()
                  ? Optional.empty()
                  : Optional.of(partial(newest.get(), index, waited, agreement));
            });
  }

  private PartialResult partial(
      Piece piece, int language, Duration waited, LocalAgreement agreement) throws OrtException {
    Duration before = LiveLoad.worked();
    Optional<MoonshineModel.Decoded> decoded = Optional.empty();
    if (language == ENGLISH) {
      decoded = moonshinePartials.recognise(piece, agreement);
    } else {
      whisperPartials.recognise(piece, language, agreement);
    }
    Duration work = LiveLoad.worked().minus(before);
    if (language == ENGLISH) {
      load.took(work, piece, true);
    }
    return new PartialResult(
        piece,
        decoded.map(MoonshineModel.Decoded::tokens).orElse(List.of()),
        decoded
            .filter(MoonshineModel.Decoded::free)
            .map(free -> moonshinePartials.written(piece, free))
            .orElse(null),
        load.rest(work, waited, language == ENGLISH));
  }

  /// Runs inference of other models on the threads of English results, because a final result waits
  /// for it: before partial results of any stream.
  ///
  /// @param work of 0.2 s at most
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  public <T> T runForFinal(Supplier<T> work) {
    return moonshineQueue.run(Priority.FINAL, owner, work::get);
  }

  /// As [#runForFinal], in turn with partial results; gives up, with an empty answer, if the work
  /// has not begun within `patience`.
  public <T> Optional<T> runWithin(Duration patience, Supplier<T> work) {
    return moonshineQueue.runWithin(patience, Priority.PARTIAL, owner, work::get);
  }

  /// The final result for a piece.
  ///
  /// @param segments in order; empty if it contains no speech
  /// @param language ISO 639-1; null if it is unknown and there is no speech
  public record Written(List<Segment> segments, @Nullable String language) {
    public Written {
      segments = List.copyOf(segments);
    }
  }

  /// Starts the final results of one stream.
  ///
  /// @param options keyterms and prompt count; of the prompt no more than its end, since the
  ///   decoder also gets what was said before each piece
  public LiveTranscriber transcriber(SpeechOptions options) {
    return new LiveTranscriber(
        recogniser,
        moonshinePartials,
        whisperQueue,
        moonshineQueue,
        load,
        owner,
        DecodingOptions.of(options, vocabulary).withLess(MAX_PROMPT));
  }

  /// Runs Moonshine once.
  void selfTest(Piece piece) throws OrtException {
    moonshineQueue.check(() -> moonshinePartials.write(piece, List.of()));
  }

  void close() {
    vadQueue.close();
    moonshineQueue.close();
  }
}
