package parley.speech.transcript;

/// In which language speech is written down.
public enum SpeechTask {
  /// In the language spoken.
  TRANSCRIBE,
  /// In English, whatever is spoken.
  TRANSLATE
}
