package parley.audit;

import parley.text.TextEnum;

/// An audited action. The texts never change once released.
public enum AuditAction implements TextEnum {
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

  @Override
  public String text() {
    return text;
  }
}
