package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import parley.health.HealthCheck;
import parley.problem.Problem;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.engine.InferenceQueue.Priority;
import parley.speech.transcript.Languages;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;

/// Transcribes audio files. Loaded once; any number of threads may transcribe at a time: an
/// [InferenceQueue] runs their pieces one by one on the processors that the engine was given.
///
/// Memory does not grow with the length of a recording: sound is decoded, searched for speech and
/// recognised as it streams by; only the text is kept.
public final class SpeechEngine implements AutoCloseable {
  /// Frames of voice activity detection in one entry of the queue: about eight seconds.
  private static final int FRAMES_PER_RUN = 256;

  private final AudioDecoder decoder;
  private final Models models;
  private final Recogniser recogniser;
  private final LiveEngine live;
  private final HealthCheck health = new HealthCheck("Speech recognition", this::selfTest);

  /// One piece of Whisper at a time: each may use all threads of the sessions, and several at once
  /// would only slow each other down.
  private final InferenceQueue queue = new InferenceQueue("speech-inference", 1, this::doubt);

  private SpeechEngine(AudioDecoder decoder, Models models, int threads) {
    this.decoder = decoder;
    this.models = models;
    Vocabulary vocabulary = models.vocabulary();
    this.recogniser =
        new Recogniser(new WindowDecoder(models.whisper(), vocabulary, queue::giveWay), vocabulary);
    this.live = new LiveEngine(models, queue, threads, this::doubt);
  }

  /// Checks the model files against the folder's `SHA256SUMS` and loads them; takes about a second.
  ///
  /// @param threads that recognition may use in all
  /// @throws IOException naming the file that is missing, damaged or cannot be understood
  public static SpeechEngine load(Path modelsFolder, int threads, AudioDecoder audio)
      throws IOException {
    return new SpeechEngine(audio, Models.load(modelsFolder, threads), threads);
  }

  /// The name of the model that transcribes, as its folder tells it.
  public String model() {
    return models.name();
  }

  /// The same models for what is said just now; lives and ends with the engine.
  public LiveEngine live() {
    return live;
  }

  /// The models' health, checked again whenever they fail at some work, for a file or live.
  public HealthCheck health() {
    return health;
  }

  /// Transcribes the file, whatever its name and format.
  ///
  /// Call it on a thread that may block for as long as it takes. A file that breaks in the middle
  /// yields what came before.
  ///
  /// @param options without a language, each stretch of speech tells its own; at a temperature
  ///   above 0 words are drawn by chance, and the same file gives the same words again
  /// @throws Problem `UNSUPPORTED_MEDIA` when the file holds no sound that can be decoded,
  ///   `AUDIO_TOO_LONG` beyond the limit, `VALIDATION` for an unknown language
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  /// @throws Cancelled when the thread was interrupted
  /// @throws IOException when the file cannot be read
  public Transcript transcribe(Path audioFile, SpeechOptions options, Progress progress)
      throws IOException {
    int hinted = Languages.indexOf(options.language());
    double temperature = options.temperature() == null ? 0 : options.temperature();
    LanguageTracker languages = new LanguageTracker(hinted);
    TranscriptBuilder transcript = new TranscriptBuilder();
    SpeechSegmenter segmenter =
        new SpeechSegmenter(
            Segmentation.FILES,
            piece ->
                queue
                    .run(
                        Priority.FILE,
                        () -> recogniser.recogniseEachLanguage(piece, languages, temperature))
                    .forEach(transcript::add));
    try (AudioStream audio = decoder.open(audioFile);
        VadSession vad = models.voiceActivity().open()) {
      float[] block = new float[VoiceActivity.FRAME * FRAMES_PER_RUN];
      Share share = new Share(progress);
      for (int count = audio.read(block); count > 0; count = audio.read(block)) {
        float[] samples = count == block.length ? block : Arrays.copyOf(block, count);
        segmenter.add(samples, queue.run(Priority.FILE, () -> vad.probabilities(samples)));
        share.reached(audio.position(), audio.announcedDuration());
      }
      segmenter.finish();
      share.finished();
      return transcript.build(audio.position(), hinted);
    } catch (OrtException e) {
      throw new UncheckedIOException(new EngineUnavailable(e));
    }
  }

  /// Runs inference of other models among the pieces of files, so that all models together keep no
  /// more processors busy than the engine was given.
  ///
  /// @param work of a second at most, since captions may have to wait for it
  public <T> T inQueue(Supplier<T> work) {
    return queue.run(Priority.FILE, work::get);
  }

  /// Ends work for which [#inQueue] is called step by step, once its thread was interrupted.
  ///
  /// @throws Cancelled when it was
  public void requireWanted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new Cancelled();
    }
  }

  /// Runs every model once, on a synthesised sound, so that the first real request does not pay for
  /// it.
  ///
  /// @throws IOException when one of them does not work
  public void warmUp() throws IOException {
    selfTest();
  }

  private void selfTest() throws IOException {
    float[] sound = WarmUpSound.samples();
    try (VadSession vad = models.voiceActivity().open()) {
      queue.check(() -> {
        for (float speech : vad.probabilities(sound)) {
          if (!(speech >= 0 && speech <= 1)) {
            throw new OrtException("voice activity is no probability: " + speech);
          }
        }
        Piece piece = new Piece(0, sound, List.of(new Piece.Span(0, 1)));
        return recogniser.recogniseEachLanguage(piece, new LanguageTracker(-1), 0);
      });
      live.selfTest(sound);
    } catch (OrtException e) {
      throw new EngineUnavailable(e);
    }
  }

  /// Checks the models in the background; the work that failed need not wait for that.
  private void doubt() {
    Thread.ofVirtual()
        .name("self-test-of-models")
        .start(() -> {
          boolean _ = health.checkNow();
        });
  }

  /// Frees the models. Nothing may be running.
  @Override
  public void close() {
    try {
      health.close();
      live.close();
      queue.close();
      models.close();
    } catch (OrtException e) {
      throw new IllegalStateException("The speech models could not be closed", e);
    }
  }
}
