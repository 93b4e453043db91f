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
import parley.problem.ProblemCode;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.engine.InferenceQueue.Priority;
import parley.speech.transcript.Languages;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.SpeechTask;
import parley.speech.transcript.Transcript;

/// Transcribes audio files. Thread-safe; concurrent transcriptions share the engine's threads
/// through an [InferenceQueue], piece by piece.
///
/// Memory use does not grow with the length of a recording: audio is decoded, segmented and
/// recognised as a stream, and only the text is kept.
public final class SpeechEngine implements AutoCloseable {
  /// VAD frames per queued task, about eight seconds.
  private static final int FRAMES_PER_RUN = 256;

  private final AudioDecoder decoder;
  private final Models models;
  private final int threads;
  private final boolean ownsModels;
  private final Recogniser recogniser;
  private final Recogniser translator;
  private final LiveEngine live;
  private final HealthCheck health = new HealthCheck("Speech recognition", this::selfTest);

  /// One piece at a time: Whisper may use all threads of the session, and concurrent runs would
  /// only slow each other down.
  private final InferenceQueue queue = new InferenceQueue("speech-inference", 1, this::recheck);

  private SpeechEngine(AudioDecoder decoder, Models models, int threads, boolean ownsModels) {
    this.decoder = decoder;
    this.models = models;
    this.threads = threads;
    this.ownsModels = ownsModels;
    this.recogniser = recogniser(SpeechTask.TRANSCRIBE);
    this.translator = recogniser(SpeechTask.TRANSLATE);
    this.live = new LiveEngine(models, queue, threads, this::recheck);
  }

  private Recogniser recogniser(SpeechTask task) {
    return new Recogniser(new WindowDecoder(models, task, queue::giveWay), models.vocabulary());
  }

  /// Verifies the model files against the `SHA256SUMS` of their folders and loads them; takes about
  /// a second.
  ///
  /// @param threads that recognition may use in total
  /// @throws IOException naming the file that is missing, damaged or malformed
  public static SpeechEngine load(Path modelsFolder, int threads, AudioDecoder audio)
      throws IOException {
    return load(ModelFolders.in(modelsFolder), threads, audio);
  }

  /// Like [#load(Path, int, AudioDecoder)] with models from several folders.
  public static SpeechEngine load(ModelFolders folders, int threads, AudioDecoder audio)
      throws IOException {
    return new SpeechEngine(audio, Models.load(folders, threads), threads, true);
  }

  /// Another engine on the same loaded models, with a queue and a health of its own. The caller
  /// closes it, before this one.
  public SpeechEngine another(AudioDecoder audio) {
    return new SpeechEngine(audio, models, threads, false);
  }

  /// Returns the name of the transcription model, from the folder's catalogue.
  public String model() {
    return models.name();
  }

  /// Returns what computes the transcription model: "CPU", or the name of a GPU.
  public String device() {
    return models.device().description();
  }

  /// Returns the engine for live captions on the same models; it ends with this engine.
  public LiveEngine live() {
    return live;
  }

  /// Returns the health of the models, which is checked again whenever one of them fails.
  public HealthCheck health() {
    return health;
  }

  /// Transcribes a file of any name and format.
  ///
  /// Blocks for as long as the transcription takes. A file that is damaged in the middle yields
  /// what came before.
  ///
  /// @param options without a language, the language of each stretch of speech is detected, also
  ///   for a translation, whose word times are estimates; above temperature 0 tokens are sampled,
  ///   deterministically for the same file
  /// @throws Problem `UNSUPPORTED_MEDIA` if the file contains no audio that can be decoded,
  ///   `AUDIO_TOO_LONG` beyond the limit, `VALIDATION` for an unknown language
  /// @throws UncheckedIOException wrapping an [EngineUnavailable] if the models fail
  /// @throws Cancelled if the thread is interrupted
  /// @throws IOException if the file cannot be read
  public Transcript transcribe(Path audioFile, SpeechOptions options, Progress progress)
      throws IOException {
    int hinted = Languages.indexOf(options.language());
    if (hinted > 0 && !models.whisper().layout().isMultilingual()) {
      throw new Problem(
          ProblemCode.VALIDATION, "The model " + models.name() + " recognises English only.");
    }
    DecodingOptions decoding = DecodingOptions.of(options, models.vocabulary());
    LanguageTracker languages = new LanguageTracker(hinted);
    TranscriptBuilder transcript = new TranscriptBuilder();
    Recogniser work = options.translates() ? translator : recogniser;
    SpeechSegmenter segmenter =
        new SpeechSegmenter(
            Segmentation.FILES,
            piece ->
                queue
                    .run(
                        Priority.FILE, () -> work.recogniseEachLanguage(piece, languages, decoding))
                    .forEach(recognition -> {
                      transcript.add(recognition);
                      progress.transcribed(recognition.segments());
                    }));
    try (AudioStream audio = decoder.open(audioFile);
        VadSession vad = models.voiceActivity().open()) {
      float[] block = new float[VoiceActivity.FRAME * FRAMES_PER_RUN];
      ProgressReporter reporter = new ProgressReporter(progress);
      for (int count = audio.read(block); count > 0; count = audio.read(block)) {
        float[] samples = count == block.length ? block : Arrays.copyOf(block, count);
        segmenter.add(samples, queue.run(Priority.FILE, () -> vad.probabilities(samples)));
        reporter.reached(audio.position(), audio.announcedDuration());
      }
      segmenter.finish();
      reporter.finished();
      return transcript.build(audio.position(), hinted);
    } catch (OrtException e) {
      throw new UncheckedIOException(new EngineUnavailable(e));
    }
  }

  /// Runs other models' inference between the pieces of files, so that all models together use no
  /// more threads than the engine was given.
  ///
  /// @param work at most a second long, since captions may have to wait for it
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

  /// Runs every model once on a synthesised sound, so that the first real request does not pay for
  /// it.
  ///
  /// @throws IOException if one of them fails
  public void warmUp() throws IOException {
    selfTest();
  }

  private void selfTest() throws IOException {
    float[] sound = WarmUpSound.samples();
    Piece piece = new Piece(0, sound, List.of(new Piece.Span(0, 1)));
    try (VadSession vad = models.voiceActivity().open()) {
      queue.check(() -> {
        for (float speech : vad.probabilities(sound)) {
          if (!(speech >= 0 && speech <= 1)) {
            throw new OrtException(
                "the VAD returned something other than a probability: " + speech);
          }
        }
        return recogniser.firstAttempt(piece);
      });
      live.selfTest(piece);
    } catch (OrtException e) {
      throw new EngineUnavailable(e);
    }
  }

  /// Checks the models in the background, so that the failed work need not wait.
  private void recheck() {
    Thread.ofVirtual()
        .name("self-test-of-models")
        .start(() -> {
          boolean _ = health.checkNow();
        });
  }

  /// Frees the models, unless they are another engine's. Nothing may be running.
  @Override
  public void close() {
    try {
      health.close();
      live.close();
      queue.close();
      if (ownsModels) {
        models.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("cannot close the speech models", e);
    }
  }
}
