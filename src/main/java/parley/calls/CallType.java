package parley.calls;

import parley.text.TextEnum;

/// The media that participants may send.
public enum CallType implements TextEnum {
  AUDIO,
  VIDEO
}
