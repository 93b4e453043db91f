package parley.speech;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.health.HealthCheck;
import parley.problem.ServiceUnavailable;
import parley.speakers.VoiceAnalyser;
import parley.speakers.VoiceMeasurement;
import parley.speakers.VoiceModel;
import parley.speakers.Voiceprint;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.decoding.SampleSink;
import parley.speech.diarisation.Diarisation;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.diarisation.Diarizer;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.diarisation.SpeakerNaming;
import parley.speech.diarisation.VoiceEmbedder;
import parley.speech.diarisation.VoiceEmbedding;
import parley.speech.diarisation.VoiceExamination;
import parley.speech.diarisation.VoiceQuality;
import parley.speech.engine.ProgressReporter;
import parley.speech.engine.SpeechEngine;

/// Diarises recordings and measures voices with the models of this node, in the inference queue of
/// transcription. Memory does not grow with a recording's sound, only with what is found in it.
public final class SpeakerDiarisation implements VoiceAnalyser, AutoCloseable {
  /// Four seconds: a second of processor time at most.
  private static final int BLOCK = 4 * AudioDecoder.SAMPLE_RATE;

  private final Supplier<DiarisationEngine> models;
  private final Supplier<SpeechEngine> engine;
  private final AudioDecoder decoder;
  private final HealthCheck health;

  /// @param models waits until they are loaded; closed by the caller, after this object
  /// @param engine whose queue is used, likewise
  public SpeakerDiarisation(
      Supplier<DiarisationEngine> models, Supplier<SpeechEngine> engine, AudioDecoder decoder) {
    this.models = models;
    this.engine = engine;
    this.decoder = decoder;
    this.health = new HealthCheck("Speaker diarisation", this::selfTest);
  }

  /// The models' health, checked again whenever they fail.
  public HealthCheck health() {
    return health;
  }

  /// Checks the models in the background, because they failed at some work.
  public void doubt() {
    Thread.ofVirtual()
        .name("self-test-of-diarisation")
        .start(() -> {
          boolean _ = health.checkNow();
        });
  }

  /// The models, for live streams.
  public DiarisationEngine models() {
    return models.get();
  }

  /// Diarises a recording, whatever its format.
  ///
  /// @param progress is told the share that is done, 0 to 1; whatever it throws stops the work
  /// @throws parley.problem.Problem UNSUPPORTED_MEDIA for a file without audio
  /// @throws UncheckedIOException of [ServiceUnavailable] when the models do not work
  Diarisation diarise(Path recording, SpeakerCount count, DoubleConsumer progress)
      throws IOException {
    Diarizer diarizer = models.get().diarizer(count);
    feed(recording, diarizer, Integer.MAX_VALUE, progress);
    boolean _ =
        inQueue(() -> {
          diarizer.complete();
          return true;
        });
    // On the job's own thread: nobody who needs the models waits for it.
    return diarizer.result();
  }

  @Override
  public VoiceModel model() {
    String[] parts = VoiceEmbedder.MODEL.split("/", 2);
    return new VoiceModel(parts[0], parts.length == 2 ? parts[1] : "");
  }

  @Override
  public VoiceMeasurement measure(Path recording) throws IOException {
    VoiceExamination examination = models.get().examination();
    try {
      feed(recording, examination, VoiceExamination.MAX_SECONDS, share -> {});
      VoiceQuality quality = inQueue(examination::finish);
      return new VoiceMeasurement(quality.figures(), voiceprint(quality.voice()));
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  /// The same voice as enrolment knows it.
  static @Nullable Voiceprint voiceprint(@Nullable VoiceEmbedding voice) {
    return voice == null ? null : Voiceprint.of(voice.values());
  }

  @Override
  public double sameVoice() {
    return SpeakerNaming.SAME_VOICE;
  }

  @Override
  public double naming() {
    return SpeakerNaming.THRESHOLD;
  }

  private void feed(Path recording, SampleSink sink, int maxSeconds, DoubleConsumer progress)
      throws IOException {
    float[] block = new float[BLOCK];
    ProgressReporter share = new ProgressReporter(progress::accept);
    try (AudioStream audio = decoder.open(recording)) {
      int count = BLOCK;
      while (count == BLOCK && audio.position().toSeconds() <= maxSeconds) {
        engine.get().requireWanted();
        int read = audio.read(block);
        count = read;
        boolean _ =
            inQueue(() -> {
              sink.take(block, read);
              return true;
            });
        share.reached(audio.position(), audio.announcedDuration());
      }
      share.finished();
    }
  }

  private <T> T inQueue(Supplier<T> work) {
    try {
      return engine.get().inQueue(work);
    } catch (UncheckedIOException failed) {
      if (ServiceUnavailable.findIn(failed).isPresent()) {
        doubt();
      }
      throw failed;
    }
  }

  private void selfTest() throws IOException {
    try {
      boolean _ =
          engine
              .get()
              .inQueue(() -> {
                models.get().warmUp();
                return true;
              });
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  @Override
  public void close() {
    health.close();
  }
}
