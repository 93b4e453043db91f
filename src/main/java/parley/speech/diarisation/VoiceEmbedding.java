package parley.speech.diarisation;

import java.util.Arrays;

/// A voice as a direction in the space of [VoiceEmbedder#DIMENSIONS] numbers; always of length 1.
public final class VoiceEmbedding {
  private final float[] values;

  private VoiceEmbedding(float[] values) {
    this.values = values;
  }

  /// The direction of these numbers, which are copied and scaled to length 1.
  ///
  /// @throws IllegalArgumentException when they are too few or many, or all are 0
  public static VoiceEmbedding of(float[] numbers) {
    if (numbers.length != VoiceEmbedder.DIMENSIONS) {
      throw new IllegalArgumentException(
          "A voice has " + VoiceEmbedder.DIMENSIONS + " numbers, not " + numbers.length);
    }
    double squares = 0;
    for (float number : numbers) {
      squares += (double) number * number;
    }
    if (!(squares > 0) || Double.isInfinite(squares)) {
      throw new IllegalArgumentException("A voice has a direction");
    }
    float scale = (float) (1 / Math.sqrt(squares));
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers[i] * scale;
    }
    return new VoiceEmbedding(values);
  }

  /// The numbers; a copy, fit to be stored and given to [#of].
  public float[] values() {
    return values.clone();
  }

  /// The cosine of the angle between two voices, −1 to 1: about 0 between strangers, 0.6 to 0.9 for
  /// one voice in recordings of several seconds.
  public double similarity(VoiceEmbedding other) {
    return dot(other.values);
  }

  /// Adds the numbers, times a weight, to a sum.
  void addTo(float[] sum, double weight) {
    for (int i = 0; i < values.length; i++) {
      sum[i] += (float) (weight * values[i]);
    }
  }

  double dot(float[] numbers) {
    double product = 0;
    for (int i = 0; i < values.length; i++) {
      product += values[i] * numbers[i];
    }
    return product;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VoiceEmbedding embedding && Arrays.equals(values, embedding.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /// Biometric data is kept out of logs and messages.
  @Override
  public String toString() {
    return "VoiceEmbedding[…]";
  }
}
