package parley.speakers;

import java.util.Locale;

/// Why a recording is not good enough to enrol somebody. The texts never change once released.
public enum FailReason {
  DURATION_BELOW_MINIMUM,
  DURATION_ABOVE_MAXIMUM,
  LOW_VOICE_ACTIVITY_RATIO,
  PEAK_DBFS_ABOVE_THRESHOLD,
  SNR_BELOW_THRESHOLD,
  MORE_THAN_ONE_VOICE,
  CONSENT_VOICE_DIFFERS,
  CONSENT_TEXT_DIFFERS;

  /// As the API writes it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static FailReason of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
