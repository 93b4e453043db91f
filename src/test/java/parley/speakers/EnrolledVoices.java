package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;

import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;

/// Enrols voices for the tests of other features.
public final class EnrolledVoices {
  public static final String SPEAKERS = Voices.SPEAKERS;
  public static final String POLICY = Voices.POLICY;

  private EnrolledVoices() {}

  /// Enrols the reader of `ls-1688…` under that name and returns the speaker's id.
  public static String enrol(TestCaller caller, String name) {
    TestForm form =
        Voices.with(
            new TestForm()
                .field("display_name", name)
                .field("language_primary", "en")
                .field("consent_user_full_name", name)
                .field("consent_stated_purpose", "Meeting transcription")
                .field("consent_text", "I consent."),
            Voices.MORE,
            Voices.CONSENT);
    Answer answer = caller.post(SPEAKERS, form);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return String.valueOf(answer.at("/data/id"));
  }
}
