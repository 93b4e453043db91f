package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.json.Json;
import parley.speech.TranscriptionResult.StoredSegment;
import parley.speech.subtitles.LineLimits;

class OpenAiStreamTest {
  private static final OpenAiForm SHAPE =
      new OpenAiForm(
          OpenAiForm.Format.JSON, false, true, false, false, false, 0, LineLimits.DEFAULT);

  private final List<String> deltas = new ArrayList<>();
  private final OpenAiStream stream =
      new OpenAiStream(
          event -> {
            Object delta = Json.fields(Json.write(event)).get("delta");
            if (delta != null) {
              deltas.add(delta.toString());
            }
          },
          SHAPE);

  private static StoredSegment part(double start, double end, String text) {
    return new StoredSegment(start, end, text, null, null, List.of(), null, null, null);
  }

  private static TranscriptView transcript(StoredSegment... segments) {
    return TranscriptView.of(
        new TranscriptionResult(
            "", List.of(segments), "en", 20, Backend.A, "whisper", 1, null, null, null),
        Map.of(),
        Map.of(),
        false);
  }

  @Test
  void sendsTheRestOnceAllPartsAreThere() throws IOException {
    stream.send(List.of(part(0, 2, "One."), part(2, 2, "Two.")));

    stream.finish(transcript(part(0, 2, "One."), part(2, 2, "Two."), part(2, 4, "Three.")));

    assertThat(deltas).containsExactly("One.", " Two.", " Three.");
  }

  @Test
  void goesOnBehindWhatWasSentWhenAnotherBackendHasWrittenTheTranscript() throws IOException {
    stream.send(List.of(part(0, 2, "One."), part(2, 4, "Two."), part(4, 6, "Three.")));

    stream.finish(transcript(part(0, 5.9, "One, two, three."), part(6.1, 9, "Four.")));

    assertThat(deltas).containsExactly("One.", " Two.", " Three.", " Four.");
  }
}
