package parley.speech.diarisation;

/// The bandwidth of a transmission line.
enum Bandwidth {
  /// Up to 8 kHz.
  WIDE,
  /// Telephone: up to 4 kHz.
  NARROW;

  /// The band of what only wide lines carry begins here; resampling filters reach a bit over 4 kHz.
  private static final double HIGH = 4_300;

  private static final double MIDDLE_FROM = 500;
  private static final double MIDDLE_TO = 3_000;

  /// How much less energy a mel band of the high range has than one of the middle range over a
  /// telephone: a twentieth. Wide-band speech has up to nine times as much, and never less than a
  /// fifth; over a telephone it is an eightieth at most.
  private static final double NARROW_BELOW = 0.05;

  /// Classifies a recording by frames of [FilterBank#BANDS] logarithms of energy.
  static Bandwidth of(float[] features) {
    double high = 0;
    double middle = 0;
    int highBands = 0;
    int middleBands = 0;
    for (int band = 0; band < FilterBank.BANDS; band++) {
      double centre = FilterBank.centreOf(band);
      boolean isHigh = centre > HIGH;
      if (!isHigh && (centre < MIDDLE_FROM || centre > MIDDLE_TO)) {
        continue;
      }
      double energy = 0;
      for (int i = band; i < features.length; i += FilterBank.BANDS) {
        energy += Math.exp(features[i]);
      }
      if (isHigh) {
        high += energy;
        highBands++;
      } else {
        middle += energy;
        middleBands++;
      }
    }
    return high / highBands < NARROW_BELOW * middle / middleBands ? NARROW : WIDE;
  }
}
