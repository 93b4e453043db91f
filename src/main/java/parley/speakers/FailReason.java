package parley.speakers;

import parley.text.TextEnum;

/// Why a recording is not good enough for enrolment. The texts never change once released.
public enum FailReason implements TextEnum {
  DURATION_BELOW_MINIMUM,
  DURATION_ABOVE_MAXIMUM,
  LOW_VOICE_ACTIVITY_RATIO,
  PEAK_DBFS_ABOVE_THRESHOLD,
  SNR_BELOW_THRESHOLD,
  MORE_THAN_ONE_VOICE,
  CONSENT_VOICE_DIFFERS,
  CONSENT_TEXT_DIFFERS
}
