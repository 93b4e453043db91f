package parley.audit;

import java.util.Arrays;

/// An audited action. The texts never change once released.
public enum AuditAction {
  MEDIA_UPLOAD("media.upload"),
  MEDIA_DELETE("media.delete"),
  /// The retention of an entry ended.
  MEDIA_EXPIRE("media.expire"),
  MEDIA_SCAN("media.scan"),
  MEDIA_SIGN("media.sign");

  private final String text;

  AuditAction(String text) {
    this.text = text;
  }

  /// The name in the API and in the database.
  public String text() {
    return text;
  }

  static AuditAction of(String text) {
    return Arrays.stream(values())
        .filter(action -> action.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("unknown action " + text));
  }
}
