package parley.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import parley.speakers.VoiceAnalyser;
import parley.speakers.VoiceEmbedding;
import parley.speakers.VoiceMeasurement;
import parley.speakers.VoiceModel;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.diarisation.SpeakerNaming;
import parley.speech.diarisation.VoiceEmbedder;
import parley.speech.diarisation.VoiceExamination;
import parley.speech.diarisation.VoiceQuality;
import parley.speech.engine.SpeechEngine;

/// Measures voices with the diarisation models, in the inference queue of transcription.
record DiarisedVoices(DiarisationEngine voices, SpeechEngine engine, AudioDecoder decoder)
    implements VoiceAnalyser {
  /// Four seconds: a second of processor time at most.
  private static final int BLOCK = 4 * AudioDecoder.SAMPLE_RATE;

  @Override
  public VoiceModel model() {
    String[] parts = VoiceEmbedder.MODEL.split("/", 2);
    return new VoiceModel(parts[0], parts.length == 2 ? parts[1] : "");
  }

  @Override
  public VoiceMeasurement measure(Path recording) throws IOException {
    VoiceExamination examination = voices.examination();
    float[] block = new float[BLOCK];
    int seconds = 0;
    int count;
    try (AudioStream audio = decoder.open(recording)) {
      do {
        int read = audio.read(block);
        count = read;
        boolean _ =
            engine.inQueue(() -> {
              examination.take(block, read);
              return true;
            });
        seconds += BLOCK / AudioDecoder.SAMPLE_RATE;
      } while (count == BLOCK && seconds <= VoiceExamination.MAX_SECONDS);
      return measurement(engine.inQueue(examination::finish));
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  private static VoiceMeasurement measurement(VoiceQuality quality) {
    return new VoiceMeasurement(
        quality.figures(),
        quality.voice() == null ? null : VoiceEmbedding.of(quality.voice().values()));
  }

  @Override
  public double sameVoice() {
    return SpeakerNaming.SAME_VOICE;
  }

  @Override
  public double naming() {
    return SpeakerNaming.THRESHOLD;
  }
}
