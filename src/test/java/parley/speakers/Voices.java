package parley.speakers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import parley.speech.Recordings;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;

/// Recordings of voices, good and bad, and the forms that enrol them.
public final class Voices {
  /// Where speakers are enrolled.
  public static final String SPEAKERS = "/v1/modules/scaiecho/speakers";

  /// Where the tenant's policy is.
  public static final String POLICY = "/v1/modules/scaiecho/speaker-policy";

  /// Fifteen seconds of one reader.
  static final byte[] REFERENCE = bytes("ls-1688-142285-0000.flac");

  /// Twelve more of the same.
  static final byte[] MORE = bytes("ls-1688-142285-0001.flac");

  /// Five of the same, and what they say.
  static final byte[] CONSENT = bytes("ls-1688-142285-0003.flac");

  static final String CONSENT_WORDS =
      "I really liked that account of himself better than anything else he said.";

  /// Somebody else.
  static final byte[] OTHER = bytes("ls-2414-128291-0001.flac");

  /// A third person.
  static final byte[] THIRD = bytes("ls-367-130732-0003.flac");

  private Voices() {}

  static byte[] bytes(String recording) {
    try {
      return Files.readAllBytes(Recordings.recording(recording));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The form of the quickstart, without its recordings.
  static TestForm fields() {
    return fields("I consent to enrollment for diarization.");
  }

  static TestForm fields(String consentText) {
    return new TestForm()
        .field("display_name", "Alice")
        .field("language_primary", "en")
        .field("consent_user_full_name", "Alice Example")
        .field("consent_stated_purpose", "Meeting transcription diarization")
        .field("consent_text", consentText);
  }

  static TestForm form(byte[] reference, byte[] consent) {
    return with(fields(), reference, consent);
  }

  static TestForm with(TestForm fields, byte[] reference, byte[] consent) {
    return fields
        .file("reference", "alice-reference.wav", reference)
        .file("consent", "alice-consent.wav", consent);
  }

  /// Enrols a reader as Alice.
  public static Answer enrol(TestCaller caller) {
    return caller.post(SPEAKERS, form(REFERENCE, CONSENT));
  }

  /// The path of somebody newly enrolled.
  static String enrolled(TestCaller caller) {
    return path(enrol(caller));
  }

  /// The path of who was enrolled.
  public static String path(Answer answer) {
    return SPEAKERS + "/" + answer.at("/data/id");
  }

  /// A recording whose samples were changed.
  static byte[] changed(String recording, Change change) {
    try {
      return wav(change.of(Recordings.samples(recording)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What is done to samples.
  interface Change {
    float[] of(float[] samples);
  }

  static byte[] silent() {
    return wav(new float[10 * 16_000]);
  }

  static byte[] tooShort() {
    return changed(
        "ls-1688-142285-0000.flac",
        samples -> Arrays.copyOfRange(samples, 8 * 16_000, 9 * 16_000 + 8_000));
  }

  static byte[] clipped() {
    return changed(
        "ls-1688-142285-0000.flac",
        samples -> {
          for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.clamp(samples[i] * 30, -1f, 1f);
          }
          return samples;
        });
  }

  /// With noise as loud as the speech.
  static byte[] noisy() {
    Random random = new Random(1);
    return changed(
        "ls-1688-142285-0000.flac",
        samples -> {
          double energy = 0;
          for (float sample : samples) {
            energy += (double) sample * sample;
          }
          double level = Math.sqrt(energy / samples.length);
          for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) Math.clamp(samples[i] + level * random.nextGaussian(), -1, 1);
          }
          return samples;
        });
  }

  static byte[] twoVoices() {
    try {
      float[] one = Recordings.samples("ls-1688-142285-0000.flac");
      float[] other = Recordings.samples("ls-2414-128291-0001.flac");
      float[] both = Arrays.copyOf(one, one.length + other.length);
      System.arraycopy(other, 0, both, one.length, other.length);
      return wav(both);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] wav(float[] samples) {
    try {
      Path file = Files.createTempFile("voice", ".wav");
      byte[] content = Files.readAllBytes(Recordings.wav(file, samples));
      Files.delete(file);
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
