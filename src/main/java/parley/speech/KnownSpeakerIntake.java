package parley.speech;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.input.UncheckedFilterInputStream;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.storage.Sha256;
import parley.storage.SpoolFile;
import parley.tenants.NameValidator;
import parley.web.FormUpload;

/// Receives the samples of known speakers' voices as OpenAI's clients send them: names, and as many
/// data URLs with two to ten seconds of audio each.
final class KnownSpeakerIntake {
  static final String REFERENCES = "known_speaker_references[]";

  /// OpenAI's limit.
  static final int MAX_SPEAKERS = 4;

  /// Ten seconds of 48 kHz stereo with 16-bit samples, as a data URL.
  static final long MAX_BYTES = 3 * 1024 * 1024;

  private static final String NAMES = "known_speaker_names";
  private static final int MAX_NAME_LENGTH = 200;
  private static final int MAX_HEAD_BYTES = 200;
  private static final Duration MIN_LENGTH = Duration.ofMillis(1_900);
  private static final Duration MAX_LENGTH = Duration.ofMillis(10_500);

  private final Blobs blobs;
  private final RecordingLength length;

  KnownSpeakerIntake(Blobs blobs, RecordingLength length) {
    this.blobs = blobs;
    this.length = length;
  }

  /// How many parts of each name a form may have.
  static Map<String, Integer> parts() {
    Map<String, Integer> parts = new LinkedHashMap<>();
    FormUpload.listNames("known_speaker_references", MAX_SPEAKERS)
        .forEach(name -> parts.put(name, MAX_SPEAKERS));
    return parts;
  }

  /// The known speakers of a form; the caller closes them.
  ///
  /// @throws Problem VALIDATION for anything else than up to four different names with a data URL
  ///   each, UNSUPPORTED_MEDIA for one without audio
  KnownSpeakers receive(FormUpload form) throws IOException {
    List<String> names = form.list(NAMES, MAX_SPEAKERS).stream().map(String::strip).toList();
    List<SpoolFile> urls = new ArrayList<>();
    parts().keySet().forEach(name -> urls.addAll(form.received(name)));
    if (names.size() != urls.size() || names.size() > MAX_SPEAKERS) {
      throw refused(
          "There are as many known speakers' names as references, at most " + MAX_SPEAKERS + ".");
    }
    for (String name : names) {
      NameValidator.check(name, NAMES + "[]", "A known speaker's name", 1, MAX_NAME_LENGTH);
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw new Problem(ProblemCode.VALIDATION, "Known speakers' names differ.").at(NAMES + "[]");
    }
    List<SpoolFile> samples = new ArrayList<>();
    Set<Sha256> contents = new HashSet<>();
    try {
      for (SpoolFile url : urls) {
        SpoolFile sample = blobs.receive();
        samples.add(sample);
        decode(url, sample);
        requireLength(sample);
        if (!contents.add(sample.seal()) || (form.hasFile() && isFile(form, sample))) {
          throw refused("Each known speaker needs a recording of their own.");
        }
      }
      return new KnownSpeakers(names, samples);
    } catch (IOException | RuntimeException e) {
      new KnownSpeakers(List.of(), samples).close();
      throw e;
    }
  }

  private static boolean isFile(FormUpload form, SpoolFile sample) throws IOException {
    return form.file().size() == sample.size() && form.file().seal().equals(sample.seal());
  }

  private static void decode(SpoolFile url, SpoolFile sample) throws IOException {
    try (InputStream content = new BufferedInputStream(Files.newInputStream(url.path()))) {
      String head = head(content);
      if (!head.startsWith("data:") || !head.endsWith(";base64")) {
        throw refused("A known speaker's reference is a data URL: data:audio/wav;base64,…");
      }
      // Unchecked, so that a disk that cannot be read is not taken for text that cannot be decoded.
      InputStream text = UncheckedFilterInputStream.builder().setInputStream(content).get();
      InputStream decoded = Base64.getMimeDecoder().wrap(text);
      byte[] buffer = new byte[16 * 1024];
      for (int count = read(decoded, buffer); count > 0; count = read(decoded, buffer)) {
        sample.write(buffer, 0, count);
      }
    }
  }

  private static int read(InputStream decoded, byte[] buffer) {
    try {
      return decoded.read(buffer);
    } catch (IOException malformed) {
      throw refused("A known speaker's reference is not valid base64.");
    }
  }

  /// What stands before the comma.
  private static String head(InputStream content) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = content.read();
        next >= 0 && next != ',' && head.length() < MAX_HEAD_BYTES;
        next = content.read()) {
      head.append((char) next);
    }
    return head.toString().strip();
  }

  private void requireLength(SpoolFile sample) throws IOException {
    try {
      Optional<Duration> announced = length.of(sample.path());
      if (announced.isPresent()
          && (announced.get().compareTo(MIN_LENGTH) < 0
              || announced.get().compareTo(MAX_LENGTH) > 0)) {
        throw refused("A known speaker's reference lasts 2 to 10 seconds.");
      }
    } catch (Problem refused) {
      throw refused.at(REFERENCES);
    }
  }

  private static Problem refused(String why) {
    return new Problem(ProblemCode.VALIDATION, why).at(REFERENCES);
  }
}
