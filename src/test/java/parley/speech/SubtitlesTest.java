package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.speech.Subtitles.Caption;
import parley.speech.TranscriptView.SegmentView;

class SubtitlesTest {
  private static final List<SegmentView> AWKWARD =
      List.of(
          new SegmentView(
              0, 1.5, "Tom & Jerry say a < b, &amp; <i>so</i> on.", null, null, null, null),
          new SegmentView(1.5, 1.5, "00:00:01.000 --> 00:00:02.000", null, null, null, null),
          new SegmentView(3, 4, "one\n\ntwo\r\n3", null, null, null, null),
          new SegmentView(3600.25, 32_400.5, "Grüße, 你好 🎙", null, null, null, null));

  @Test
  void writesCaptionsThatAParserReadsBack() throws Exception {
    List<Caption> captions = Subtitles.read("webvtt", WebVtt.of(result(AWKWARD)));

    assertThat(captions)
        .extracting(Caption::text)
        .containsExactly(
            "Tom & Jerry say a < b, &amp; <i>so</i> on.",
            "00:00:01.000 --> 00:00:02.000",
            "one two 3",
            "Grüße, 你好 🎙");
    assertThat(captions.getLast().start()).isEqualTo("1:00:00.25");
    assertThat(captions.getLast().end()).isEqualTo("9:00:00.50");
  }

  @Test
  void writesSubtitlesThatAParserReadsBack() throws Exception {
    List<Caption> captions = Subtitles.read("srt", SubRip.of(result(AWKWARD)));

    assertThat(captions)
        .extracting(caption -> caption.text().replace("\u2060", ""))
        .containsExactly(
            "Tom & Jerry say a < b, &amp; <i>so</i> on.",
            "00:00:01.000 --> 00:00:02.000",
            "one two 3",
            "Grüße, 你好 🎙");
    assertThat(captions.getLast().end()).isEqualTo("9:00:00.50");
  }

  @Test
  void numbersSubtitlesAndGivesEachSomeTime() {
    assertThat(SubRip.of(result(AWKWARD.subList(0, 2))))
        .startsWith("1\n00:00:00,000 --> 00:00:01,500\nTom")
        .contains("\n\n2\n00:00:01,500 --> 00:00:01,501\n");
  }

  @Test
  void writesAValidFileWhenNothingWasSaid() {
    assertThat(WebVtt.of(result(List.of()))).isEqualTo("WEBVTT\n");
    assertThat(SubRip.of(result(List.of()))).isEmpty();
  }

  private static TranscriptView result(List<SegmentView> segments) {
    return new TranscriptView("", segments, "en", 0, Backend.A, "model", 0, null, null, null);
  }
}
