package parley.speech.diarisation;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The mean embedding of many people for each kind of line, which all voices over it have in
/// common. Made by `models/convert/make_means.py`.
final class EmbeddingMeans {
  private final float[] wide;
  private final float[] narrow;

  private EmbeddingMeans(float[] wide, float[] narrow) {
    this.wide = wide;
    this.narrow = narrow;
  }

  /// Reads a file of big-endian numbers: the dimensions (a 32-bit integer), then the two means,
  /// wide and narrow (32-bit floats).
  ///
  /// @throws IOException if it is not such a file, or belongs to another network
  static EmbeddingMeans read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != VoiceEmbedder.DIMENSIONS) {
        throw new IOException("The means in " + file + " are of another network");
      }
      return new EmbeddingMeans(floats(in), floats(in));
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
  float[] of(Bandwidth bandwidth) {
    return switch (bandwidth) {
      case WIDE -> wide;
      case NARROW -> narrow;
    };
  }
}
