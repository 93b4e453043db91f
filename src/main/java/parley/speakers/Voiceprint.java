package parley.speakers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/// An embedding that somebody is recognised by: biometric data, which is stored, compared and
/// erased. The model sets its dimension; only its direction identifies the voice.
public final class Voiceprint {
  private final float[] values;

  private Voiceprint(float[] values) {
    this.values = values;
  }

  /// Creates a voiceprint from a copy of these values.
  public static Voiceprint of(float[] values) {
    return new Voiceprint(values.clone());
  }

  /// Reads what [#bytes] wrote.
  public static Voiceprint ofBytes(byte[] bytes) {
    FloatBuffer stored = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[stored.remaining()];
    stored.get(values);
    return new Voiceprint(values);
  }

  /// The values as little-endian 32-bit floats.
  public byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /// A copy of the values.
  public float[] values() {
    return values.clone();
  }

  /// The cosine of the angle between two voices, −1 to 1; 0 when either has been erased.
  public double similarity(Voiceprint other) {
    double product = dot(values, other.values);
    double lengths = Math.sqrt(dot(values, values) * dot(other.values, other.values));
    return lengths == 0 ? 0 : Math.clamp(product / lengths, -1, 1);
  }

  /// The mean direction of two voiceprints, weighted by their amounts of speech.
  ///
  /// @param weight of this one, in any unit
  /// @param otherWeight of the other, in the same unit
  public Voiceprint joined(double weight, Voiceprint other, double otherWeight) {
    double own = weight / Math.max(Double.MIN_NORMAL, Math.sqrt(dot(values, values)));
    double others =
        otherWeight / Math.max(Double.MIN_NORMAL, Math.sqrt(dot(other.values, other.values)));
    float[] mean = new float[values.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) ((values[i] * own + other.values[i] * others) / (weight + otherWeight));
    }
    return new Voiceprint(mean);
  }

  /// Overwrites the values; the similarity to any voice is 0 from then on.
  public void erase() {
    Arrays.fill(values, 0);
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
