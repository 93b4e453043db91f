package parley.speech.relay;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import parley.speech.transcript.SpeechOptions;

/// The form of a transcription request; the recording is streamed from its file.
record RelayForm(String boundary, BodyPublisher body) {
  static RelayForm of(String model, SpeechOptions options, Path recording) throws IOException {
    String boundary = "parley-" + UUID.randomUUID();
    StringBuilder head = new StringBuilder();
    field(head, boundary, "model", model);
    field(head, boundary, "response_format", "verbose_json");
    // Translations have neither of these.
    if (!options.translates()) {
      field(head, boundary, "timestamp_granularities[]", "segment");
      field(head, boundary, "timestamp_granularities[]", "word");
    }
    String language = options.language();
    if (language != null && !options.translates()) {
      field(head, boundary, "language", language);
    }
    Double temperature = options.temperature();
    if (temperature != null) {
      field(head, boundary, "temperature", temperature.toString());
    }
    String prompt = prompt(options);
    if (!prompt.isEmpty()) {
      field(head, boundary, "prompt", prompt);
    }
    head.append("--")
        .append(boundary)
        .append("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"recording")
        .append(RecordingSuffix.of(recording))
        .append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    return new RelayForm(
        boundary,
        BodyPublishers.concat(
            text(head.toString()),
            BodyPublishers.ofFile(recording),
            text("\r\n--" + boundary + "--\r\n")));
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /// Keyterms are given as a list of words, as OpenAI recommends; the prompt proper comes last,
  /// since the transcript continues it.
  private static String prompt(SpeechOptions options) {
    return Stream.of(options.keyterms().prompt(), Objects.requireNonNullElse(options.prompt(), ""))
        .filter(part -> !part.isBlank())
        .collect(Collectors.joining(". "));
  }

  /// A value may contain anything but the boundary, which nobody can guess.
  private static void field(StringBuilder form, String boundary, String name, String value) {
    form.append("--")
        .append(boundary)
        .append("\r\nContent-Disposition: form-data; name=\"")
        .append(name)
        .append("\"\r\n\r\n")
        .append(value)
        .append("\r\n");
  }

  private static BodyPublisher text(String text) {
    return BodyPublishers.ofString(text, StandardCharsets.UTF_8);
  }
}
