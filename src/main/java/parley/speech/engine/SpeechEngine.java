package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.speech.Segment;
import parley.speech.SpeechOptions;
import parley.speech.Transcript;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.engine.Turns.Urgency;

/// Writes down what is said in audio files. Loaded once; any number of threads may transcribe at a
/// time, and take turns piece by piece at the processors that the engine was given.
///
/// Memory does not grow with the length of a recording: sound is decoded, searched for speech and
/// written down as it streams by; only the text is kept.
public final class SpeechEngine implements AutoCloseable {
  /// Frames of the voice activity model in one turn at the processor: about eight seconds.
  private static final int FRAMES_PER_TURN = 256;

  private final AudioDecoder decoder;
  private final VoiceActivity voiceActivity;
  private final WhisperModel whisper;
  private final Recogniser recogniser;
  private final MoonshineModel moonshine;
  private final LiveEngine live;

  /// One piece of Whisper at a time: each may use all threads of the sessions, and several at once
  /// would only slow each other down.
  private final Turns turns;

  private SpeechEngine(
      AudioDecoder decoder,
      VoiceActivity voiceActivity,
      WhisperModel whisper,
      MoonshineModel moonshine,
      Recogniser recogniser,
      LiveEngine live,
      Turns turns) {
    this.decoder = decoder;
    this.voiceActivity = voiceActivity;
    this.whisper = whisper;
    this.moonshine = moonshine;
    this.recogniser = recogniser;
    this.live = live;
    this.turns = turns;
  }

  /// Checks the model files against the folder's `SHA256SUMS` and loads them; takes about a second.
  ///
  /// @param threads that recognition may use in all
  /// @throws IOException naming the file that is missing, damaged or cannot be understood
  public static SpeechEngine load(Path modelsFolder, int threads, AudioDecoder audio)
      throws IOException {
    ModelFiles files = ModelFiles.in(modelsFolder);
    Path encoder = files.checked("whisper-base/encoder.int8.onnx");
    Path decoder = files.checked("whisper-base/decoder.int8.onnx");
    Path voice = files.checked("silero-vad/silero_vad_v6_16k.onnx");
    Vocabulary vocabulary =
        Vocabulary.read(
            files.checked("whisper-base/vocabulary.bin"),
            files.checked("whisper-base/suppressed-tokens.txt"));
    Path quickEncoder = files.checked("moonshine-tiny-en/encoder_model.ort");
    Path quickDecoder = files.checked("moonshine-tiny-en/decoder_model_merged.ort");
    MoonshineVocabulary quickVocabulary =
        MoonshineVocabulary.read(files.checked("moonshine-tiny-en/tokenizer.bin"));
    try {
      WhisperModel whisper = WhisperModel.load(encoder, decoder, threads);
      Turns turns = new Turns("speech-inference", 1);
      DecodingRules rules = new DecodingRules(vocabulary);
      WhisperDecoding decoding = new WhisperDecoding(whisper, rules, turns::giveWay);
      // What is live runs in the midst of a file's piece, and so shares nothing that changes.
      WhisperDecoding liveDecoding = new WhisperDecoding(whisper, rules, () -> {});
      MoonshineModel moonshine = MoonshineModel.load(quickEncoder, quickDecoder);
      VoiceActivity voiceActivity = VoiceActivity.load(voice);
      LiveEngine live =
          new LiveEngine(
              voiceActivity,
              new Recogniser(whisper, liveDecoding, vocabulary),
              new WhisperGuesses(whisper, liveDecoding, vocabulary),
              new MoonshineGuesses(moonshine, quickVocabulary),
              turns,
              threads);
      return new SpeechEngine(
          audio,
          voiceActivity,
          whisper,
          moonshine,
          new Recogniser(whisper, decoding, vocabulary),
          live,
          turns);
    } catch (OrtException e) {
      throw new IOException(
          "A model in " + modelsFolder + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  /// The same models for what is said just now; lives and ends with the engine.
  public LiveEngine live() {
    return live;
  }

  /// Writes down what is said in the file, whatever its name and format.
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
    try (AudioStream audio = decoder.open(audioFile);
        VoiceActivity.Ear ear = voiceActivity.listen()) {
      Scribe scribe = new Scribe(hinted, options.temperature());
      SpeechPieces pieces = new SpeechPieces(Cutting.FILES, scribe::write);
      float[] block = new float[VoiceActivity.FRAME * FRAMES_PER_TURN];
      Share share = new Share(progress);
      for (int count = audio.read(block); count > 0; count = audio.read(block)) {
        listen(ear, pieces, count == block.length ? block : Arrays.copyOf(block, count));
        share.reached(audio.position(), audio.announcedDuration());
      }
      pieces.finish();
      share.finished();
      return scribe.transcript(audio.position());
    } catch (OrtException e) {
      throw EngineUnavailable.unchecked(e);
    }
  }

  /// Computes something else when its turn has come among the pieces of files, so that all models
  /// together keep no more processors busy than the engine was given.
  ///
  /// @param work of a second at most, since captions may have to wait for it
  public <T> T inTurn(Supplier<T> work) {
    try {
      return turns.take(Urgency.FILE, work::get);
    } catch (OrtException e) {
      throw EngineUnavailable.unchecked(e);
    }
  }

  /// Runs every model once, on a synthesised sound, so that the first real request does not pay for
  /// it; also shows that inference works.
  ///
  /// @throws UncheckedIOException of [EngineUnavailable] when it does not
  public void warmUp() {
    float[] sound = Warmth.sound();
    try (VoiceActivity.Ear ear = voiceActivity.listen()) {
      turns.take(
          Urgency.FILE,
          () -> {
            for (int offset = 0; offset < sound.length; offset += VoiceActivity.FRAME) {
              float speech = ear.hear(sound, offset);
              if (!(speech >= 0 && speech <= 1)) {
                throw new IllegalStateException("Voice activity is no probability: " + speech);
              }
            }
            Piece piece = new Piece(0, sound, List.of(new Piece.Span(0, 1)));
            return recogniser.recognise(piece, new SpokenLanguage(-1), 0);
          });
      live.warmUp(sound);
    } catch (OrtException e) {
      throw EngineUnavailable.unchecked(e);
    }
  }

  /// Frees the models. Nothing may be running.
  @Override
  public void close() {
    try {
      live.close();
      turns.close();
      voiceActivity.close();
      whisper.close();
      moonshine.close();
    } catch (OrtException e) {
      throw new IllegalStateException("The speech models could not be closed", e);
    }
  }

  private void listen(VoiceActivity.Ear ear, SpeechPieces pieces, float[] block)
      throws OrtException {
    float[] speech = new float[(block.length + VoiceActivity.FRAME - 1) / VoiceActivity.FRAME];
    turns.take(
        Urgency.FILE,
        () -> {
          for (int frame = 0; frame < speech.length; frame++) {
            speech[frame] = ear.hear(block, frame * VoiceActivity.FRAME);
          }
          return speech;
        });
    for (int frame = 0; frame < speech.length; frame++) {
      pieces.add(block, frame * VoiceActivity.FRAME, speech[frame]);
    }
  }

  /// Writes down one recording, piece after piece.
  private final class Scribe {
    private final int hinted;
    private final double temperature;
    private final SpokenLanguage spoken;
    private final List<Segment> segments = new ArrayList<>();

    /// How many seconds were said in each language.
    private final Map<Integer, Double> languages = new HashMap<>();

    Scribe(int hinted, @Nullable Double temperature) {
      this.hinted = hinted;
      this.temperature = temperature == null ? 0 : temperature;
      this.spoken = new SpokenLanguage(hinted);
    }

    void write(Piece piece) {
      try {
        Recogniser.Recognition recognition =
            turns.take(Urgency.FILE, () -> recogniser.recognise(piece, spoken, temperature));
        for (Segment segment : recognition.segments()) {
          languages.merge(recognition.language(), segment.end() - segment.start(), Double::sum);
        }
        segments.addAll(recognition.segments());
      } catch (OrtException e) {
        throw EngineUnavailable.unchecked(e);
      }
    }

    Transcript transcript(Duration duration) {
      int most =
          languages.entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElse(hinted);
      return new Transcript(
          segments.stream().map(Segment::text).collect(Collectors.joining(" ")),
          segments,
          most < 0 ? null : Languages.code(most),
          duration);
    }
  }
}
