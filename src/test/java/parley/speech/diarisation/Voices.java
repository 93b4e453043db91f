package parley.speech.diarisation;

import java.util.Random;

/// Made embeddings of people who are about as unlike each other, and as like themselves, as real
/// ones: 0 and 0.6.
final class Voices {
  private final Random random = new Random(11);
  private final float[][] people;

  Voices(int people) {
    this.people = new float[people][];
    for (int person = 0; person < people; person++) {
      this.people[person] = direction(1);
    }
  }

  /// Another sample of a person's voice.
  VoiceEmbedding of(int person) {
    float[] numbers = direction(0.8);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] += people[person][i];
    }
    return VoiceEmbedding.of(numbers);
  }

  private float[] direction(double length) {
    float[] numbers = new float[VoiceEmbedder.DIMENSIONS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * length / Math.sqrt(numbers.length));
    }
    return numbers;
  }
}
