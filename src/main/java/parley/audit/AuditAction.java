package parley.audit;

import parley.text.TextEnum;

/// An audited action. The texts never change once released.
public enum AuditAction implements TextEnum {
  MEDIA_UPLOAD("media.upload"),
  MEDIA_DELETE("media.delete"),
  /// An entry was deleted because its retention ended.
  MEDIA_EXPIRE("media.expire"),
  MEDIA_SCAN("media.scan"),
  MEDIA_SIGN("media.sign"),
  SPEAKER_ENROL("speaker.enrol"),
  SPEAKER_CHANGE("speaker.change"),
  /// A recording was added to a profile.
  SPEAKER_REFERENCE("speaker.reference"),
  SPEAKER_ERASE("speaker.erase"),
  SPEAKER_WITHDRAW("speaker.withdraw"),
  /// A person who had withdrawn may be enrolled again.
  SPEAKER_ALLOW("speaker.allow"),
  /// A profile expired.
  SPEAKER_EXPIRE("speaker.expire"),
  /// A profile was rebuilt for another voice model.
  SPEAKER_REBUILD("speaker.rebuild"),
  /// Somebody was identified by their voice.
  SPEAKER_USE("speaker.use"),
  SPEAKER_POLICY("speaker.policy");

  private final String text;

  AuditAction(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }
}
