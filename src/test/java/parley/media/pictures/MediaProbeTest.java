package parley.media.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.Programs;
import parley.testing.Samples;

class MediaProbeTest {
  private final MediaProbe probe = new MediaProbe(Programs.media(), PictureLimits.standard());

  @ParameterizedTest
  @CsvSource({
    "tone.wav,,",
    "tone-id3.mp3,,",
    "tone-bare.mp3,,",
    "tone.flac,,",
    "tone.opus,,",
    "tone.ogg,,",
    "tone.m4a,,",
    "tone.aac,,",
    "tone.aiff,,",
    "tone.wma,,",
    "tone.amr,,",
    "tone.webm,,",
    "live-tone.webm,,",
    "cover.mp3,,",
    "clip.mp4,160,120",
    "clip-fragmented.mp4,160,120",
    "clip.mov,160,120",
    "clip.webm,160,120",
    "live.webm,160,120",
    "clip.mkv,160,120",
    "clip.avi,160,120",
    "turned.mp4,120,160",
    "wide-pixels.mp4,240,120"
  })
  void findsDurationAndDimensions(String sample, @Nullable Integer width, @Nullable Integer height)
      throws IOException {
    MediaProbe.Found found = probe.look(Samples.file(sample)).orElseThrow();
    assertThat(found.width()).isEqualTo(width);
    assertThat(found.height()).isEqualTo(height);
    assertThat(Objects.requireNonNull(found.duration()))
        .isBetween(Duration.ofMillis(900), Duration.ofMillis(1250));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.pdf", "notes.txt", "plain.zip", "plain.png"})
  void findsNothingInOtherFiles(String sample) throws IOException {
    assertThat(probe.look(Samples.file(sample))).isEmpty();
  }

  @Test
  void doesNotOpenFilesThatAFileRefersTo() throws IOException {
    Path list =
        Files.writeString(
            Files.createTempFile("list", ".m3u8"),
            """
            #EXTM3U
            #EXT-X-TARGETDURATION:1
            #EXTINF:1,
            %s
            #EXT-X-ENDLIST
            """
                .formatted(Samples.file("tone.aac").toUri()));
    assertThat(probe.look(list)).isEmpty();
    Files.delete(list);
  }
}
