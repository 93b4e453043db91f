package parley.speech;

import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.Transcriptions.Wish;
import parley.speech.transcript.Languages;
import parley.speech.transcript.SpeechOptions;
import parley.web.FormUpload;

/// Reads what the forms of all dialects say alike.
final class SpeechForm {
  private SpeechForm() {}

  /// What is wished for, with the language in the field of that name.
  static Wish wish(FormUpload form, String languageField) {
    return new Wish(
        new SpeechOptions(
            // A relay is told no more than it has to understand: `en`, not `en-US`.
            Languages.normal(form.field(languageField).orElse(null), languageField),
            form.field("temperature").map(SpeechForm::temperature).orElse(null)),
        BackendPreference.parse(form.field("backend_preference")));
  }

  private static double temperature(String text) {
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Falls through to the one refusal.
    }
    throw new Problem(ProblemCode.VALIDATION, "'temperature' is a number from 0 to 1.")
        .at("temperature");
  }
}
