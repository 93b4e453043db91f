package parley.calls;

import parley.text.TextEnum;

/// What participants may send.
public enum CallType implements TextEnum {
  AUDIO,
  VIDEO
}
