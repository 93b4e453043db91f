package parley.speech.diarisation;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import parley.speech.engine.ModelFiles;
import parley.speech.engine.WarmUpSound;

/// The models of speaker diarisation, loaded once for any number of recordings and streams.
///
/// Everything computes on the calling thread and on up to `threads − 1` more; callers limit how
/// many run at once.
public final class DiarisationEngine implements AutoCloseable {
  private final SpeakerSegmentation segmentation;
  private final VoiceEmbedder embedder;

  private DiarisationEngine(SpeakerSegmentation segmentation, VoiceEmbedder embedder) {
    this.segmentation = segmentation;
    this.embedder = embedder;
  }

  /// Checks the model files against the folder's `SHA256SUMS` and loads them.
  ///
  /// @param threads that one run of a model may use
  /// @throws IOException naming the file that is missing, damaged or cannot be understood
  public static DiarisationEngine load(Path modelsFolder, int threads) throws IOException {
    ModelFiles files = ModelFiles.in(modelsFolder);
    Path segmentation = files.checked("pyannote-segmentation/segmentation-3.0.fp16.onnx");
    Path voices = files.checked("campplus/campplus_zh_en_192.fp16.onnx");
    EmbeddingMeans means = EmbeddingMeans.read(files.checked("campplus/means.bin"));
    try {
      SpeakerSegmentation segmenter = SpeakerSegmentation.load(segmentation, threads);
      return new DiarisationEngine(segmenter, VoiceEmbedder.load(voices, means, threads));
    } catch (OrtException e) {
      throw new IOException(
          "A model in " + modelsFolder + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  /// Starts the diarisation of a recording, which is passed to the diarizer from start to end.
  public Diarizer diarizer(SpeakerCount count) {
    return new Diarizer(segmentation, embedder, count);
  }

  /// Starts the diarisation of a live stream.
  ///
  /// @param maxSpeakers to distinguish, 1 to [SpeakerCount#MAX]
  public OnlineDiarizer onlineDiarizer(int maxSpeakers) {
    return new OnlineDiarizer(segmentation, embedder, maxSpeakers);
  }

  /// Starts the examination of a recording for enrolment.
  public VoiceExamination examination() {
    return new VoiceExamination(diarizer(SpeakerCount.ANY));
  }

  /// Turns speech into embeddings; lives and ends with the engine.
  public VoiceEmbedder embedder() {
    return embedder;
  }

  /// Runs every model once, so that the first real request does not pay for it; also shows that
  /// inference works.
  ///
  /// @throws UncheckedIOException of [EngineUnavailable] when it does not
  public void warmUp() {
    float[] sound = WarmUpSound.samples();
    segmentation.segment(List.of(java.util.Arrays.copyOf(sound, SpeakerSegmentation.WINDOW)));
    embedder.embed(sound);
  }

  @Override
  public void close() {
    segmentation.close();
    embedder.close();
  }
}
