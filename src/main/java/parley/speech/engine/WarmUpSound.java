package parley.speech.engine;

/// A sound for warming up the models.
public final class WarmUpSound {
  private static final int RATE = 16_000;

  private WarmUpSound() {}

  /// Returns one second of a voice-like hum: fading harmonics of 120 Hz that swell four times.
  public static float[] samples() {
    float[] sound = new float[RATE];
    for (int i = 0; i < sound.length; i++) {
      double time = (double) i / RATE;
      double hum = 0;
      for (int harmonic = 1; harmonic <= 20; harmonic++) {
        hum += Math.sin(2 * Math.PI * 120 * harmonic * time) / harmonic;
      }
      sound[i] = (float) (0.2 * hum * (0.5 - 0.5 * Math.cos(2 * Math.PI * 4 * time)));
    }
    return sound;
  }
}
