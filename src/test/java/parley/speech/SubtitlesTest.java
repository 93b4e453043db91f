package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.speech.Subtitles.Caption;
import parley.speech.TranscriptView.SegmentView;
import parley.speech.subtitles.Cue;
import parley.speech.subtitles.LineLimits;
import parley.speech.subtitles.SubRip;
import parley.speech.subtitles.WebVtt;

class SubtitlesTest {
  private static final List<SegmentView> AWKWARD =
      List.of(
          new SegmentView(
              0,
              1.5,
              "Tom & Jerry say a < b, &amp; <i>so</i> on.",
              null,
              null,
              null,
              null,
              null,
              null),
          new SegmentView(
              2.6, 4, "00:00:01.000 --> 00:00:02.000", null, null, null, null, null, null),
          new SegmentView(5.1, 6, "one\n\ntwo\r\n3", null, null, null, null, null, null),
          new SegmentView(32_398.25, 32_400.5, "Grüße, 你好 🎙", null, null, null, null, null, null));

  @Test
  void writesCaptionsThatAParserReadsBack() throws Exception {
    List<Caption> captions = Subtitles.read("webvtt", WebVtt.of(cues(AWKWARD)));

    assertThat(captions)
        .extracting(Caption::text)
        .containsExactly(
            "Tom & Jerry say a < b, &amp; <i>so</i> on.",
            "00:00:01.000 --> 00:00:02.000",
            "one two 3",
            "Grüße, 你好 🎙");
    assertThat(captions.getLast().start()).isEqualTo("8:59:58.25");
    assertThat(captions.getLast().end()).isEqualTo("9:00:00.50");
  }

  @Test
  void writesSubtitlesThatAParserReadsBack() throws Exception {
    List<Caption> captions = Subtitles.read("srt", SubRip.of(cues(AWKWARD)));

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
    assertThat(SubRip.of(cues(AWKWARD.subList(0, 2))))
        .startsWith("1\n00:00:00,000 --> 00:00:02,100\nTom")
        .contains("\n\n2\n00:00:02,600 --> 00:00:04,050\n");
  }

  @Test
  void writesAValidFileWhenNothingWasSaid() {
    assertThat(WebVtt.of(cues(List.of()))).isEqualTo("WEBVTT\n");
    assertThat(SubRip.of(cues(List.of()))).isEmpty();
  }

  private static List<Cue> cues(List<SegmentView> segments) {
    return new TranscriptView(
            "", segments, "en", 32_500, Backend.A, "model", 0, null, null, null, null)
        .cues(LineLimits.DEFAULT, true);
  }
}
