package parley.speech.diarisation;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Voices of people who are nobody here: what embeddings have in common over each kind of line, and
/// strangers to compare a voice with. Made by `models/convert/make_cohort.py`.
final class Cohort {
  private final float[] wideMean;
  private final float[] narrowMean;
  private final List<VoiceEmbedding> strangers;

  Cohort(float[] wideMean, float[] narrowMean, List<VoiceEmbedding> strangers) {
    this.wideMean = wideMean;
    this.narrowMean = narrowMean;
    this.strangers = List.copyOf(strangers);
  }

  /// Reads a file of big-endian numbers: dimensions and count (32-bit integers), then (32-bit
  /// floats) the two means, wide and narrow, and each stranger.
  ///
  /// @throws IOException when it is none, or of another network
  static Cohort read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != VoiceEmbedder.DIMENSIONS) {
        throw new IOException("The cohort in " + file + " is of another network");
      }
      int count = in.readInt();
      float[] wide = floats(in);
      float[] narrow = floats(in);
      List<VoiceEmbedding> strangers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        strangers.add(VoiceEmbedding.of(floats(in)));
      }
      return new Cohort(wide, narrow, strangers);
    }
  }

  private static float[] floats(DataInputStream in) throws IOException {
    float[] numbers = new float[VoiceEmbedder.DIMENSIONS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readFloat();
    }
    return numbers;
  }

  /// The mean of the voices' directions over such a line.
  float[] mean(Bandwidth bandwidth) {
    return switch (bandwidth) {
      case WIDE -> wideMean;
      case NARROW -> narrowMean;
    };
  }

  /// Centred embeddings, one a person.
  List<VoiceEmbedding> strangers() {
    return strangers;
  }
}
